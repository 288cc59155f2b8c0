// Package gongkai carries the two files that belong at the root of the tree,
// where a reader looks for them first, into the binary: the present schema and
// the sample configuration. It holds nothing else, because embed cannot reach
// upwards and every other package has a better home for its data.
package gongkai

import _ "embed"

// Schema is schema.sql: the whole present database, with {{id}} where the two
// engines spell a counting key differently.
//
//go:embed schema.sql
var Schema string

// ConfigExample is config.example.toml: every setting with its default.
//
//go:embed config.example.toml
var ConfigExample string
