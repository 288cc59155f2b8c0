// Package secret is all the cryptography of the house in one place: the
// installation's master key and its file, sealed fields and files, blind
// indexes for looking up what is sealed, the keyed hashes of the audit chain,
// the installation's signature, and the key under a passphrase for the safe.
//
// Everything derives from one random master key of 32 bytes. Each use has a key
// of its own, derived by HKDF-SHA256 with a label, so that no use can be played
// against another. Sealed data names its algorithm and its key in a header:
// a further algorithm (SM4) is one more value of that byte, and what is already
// sealed stays readable.
//
// It stores nothing, asks for no passphrase, knows no table, and hashes no
// sign-in passwords. Callers normalise what they index. Errors are Chinese
// sentences and never contain key material or plain text.
package secret
