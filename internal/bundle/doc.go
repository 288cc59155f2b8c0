// Package bundle makes and checks what leaves the house to prove itself: the
// evidence bundle of a case for a review body or a court (举证材料), and the
// transfer package for the archive (归档). A bundle is a ZIP with pages for
// people, the papers as they were added, a manifest with the SHA-256 of every
// entry, linked one to the next by plain SHA-256, and the installation's Ed25519
// signature over the manifest.
//
// Check needs nothing but the file: no database, no key of ours. It knows no SQL
// and no page of the program; whoever calls it reads the case and writes the
// audit. Sentences of a verdict are Chinese.
//
// A bundle is written without compression and without days of files, so that one
// content has one form byte by byte: Check tells a byte changed in the container
// (it differs from that form in few places) from the same entries packed again by
// another tool (it differs everywhere, and does not matter).
package bundle
