# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A certificate authority of the emulator's own, and leaf certificates made on the fly, good ones and bad ones."""

from __future__ import annotations

import ssl
import tempfile
import threading
from datetime import datetime, timedelta, timezone
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

FLAVOURS = ("valid", "expired", "wrong_host", "self_signed", "untrusted", "old_tls")
DAY = timedelta(days=1)


def subject(name: str) -> x509.Name:
    """A distinguished name."""
    return x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "multicloud.secrets emulator"), x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])


class Issuer:
    """A key and a self-signed CA certificate, with the extensions that OpenSSL's strict mode (Python 3.13) asks for."""

    def __init__(self, name: str) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = subject(name)
        identifier = x509.SubjectKeyIdentifier.from_public_key(self.key.public_key())
        usage = x509.KeyUsage(
            digital_signature=False,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            key_cert_sign=True,
            crl_sign=True,
            encipher_only=False,
            decipher_only=False,
        )
        builder = self.builder(self.name, self.key.public_key(), 30 * DAY)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        builder = builder.add_extension(usage, critical=True).add_extension(identifier, critical=False)
        self.certificate = builder.sign(self.key, hashes.SHA256())

    def builder(self, name: x509.Name, key: Any, lifetime: timedelta) -> x509.CertificateBuilder:
        """Common parts of every certificate. A negative lifetime makes an expired one."""
        now = datetime.now(timezone.utc)
        builder = x509.CertificateBuilder(issuer_name=self.name, subject_name=name, public_key=key, serial_number=x509.random_serial_number())
        return builder.not_valid_before(now - 2 * DAY).not_valid_after(now + lifetime)

    def leaf(self, host: str, key: ec.EllipticCurvePrivateKey, lifetime: timedelta = 7 * DAY) -> x509.Certificate:
        """A server certificate for one host name."""
        builder = self.builder(subject(host), key.public_key(), lifetime)
        extensions = [
            x509.SubjectAlternativeName([x509.DNSName(host)]),
            x509.BasicConstraints(ca=False, path_length=None),
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]),
            x509.SubjectKeyIdentifier.from_public_key(key.public_key()),
            x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()),
        ]
        for extension in extensions:
            builder = builder.add_extension(extension, critical=False)
        return builder.sign(self.key, hashes.SHA256())


class Certificates:
    """TLS contexts by host and flavour, made once each."""

    def __init__(self) -> None:
        self.issuer = Issuer("root")
        self.stranger = Issuer("stranger")
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.contexts: dict[tuple[str, str], ssl.SSLContext] = {}
        self.lock = threading.Lock()

    def pem(self) -> bytes:
        """The CA certificate that a client must trust."""
        return self.issuer.certificate.public_bytes(serialization.Encoding.PEM)

    def context(self, host: str, flavour: str) -> ssl.SSLContext:
        """The server side of TLS for this host."""
        with self.lock:
            if (host, flavour) not in self.contexts:
                self.contexts[host, flavour] = self.make_context(host, flavour)
            return self.contexts[host, flavour]

    def make_context(self, host: str, flavour: str) -> ssl.SSLContext:
        """Loads a fresh leaf; the ssl module takes it from a file only."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if flavour == "old_tls":
            context.set_ciphers("ALL:@SECLEVEL=0")
            context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1
        key, certificate = self.pair(host, flavour)
        secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        with tempfile.NamedTemporaryFile(suffix=".pem") as stream:  # 0600, gone at the end of the block
            stream.write(secret + certificate.public_bytes(serialization.Encoding.PEM))
            stream.flush()
            context.load_cert_chain(stream.name)
        return context

    def pair(self, host: str, flavour: str) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
        """Key and certificate of one flavour."""
        if flavour == "self_signed":
            alone = Issuer(host)
            return alone.key, alone.leaf(host, alone.key)
        issuer = self.stranger if flavour == "untrusted" else self.issuer
        name = "wrong.example" if flavour == "wrong_host" else host
        return self.key, issuer.leaf(name, self.key, -DAY if flavour == "expired" else 7 * DAY)
