package store

import (
	"database/sql"
	"errors"
	"fmt"
)

// Kind says what a user can do about an error.
type Kind uint8

// The four kinds of error that a user can see. Everything else is a fault.
const (
	NotFound Kind = iota + 1 // there is none, or it is not theirs to see
	Refused                  // not allowed: in use, read-only, too new, wrong key
	Invalid                  // the input is wrong
	Conflict                 // somebody else was faster
)

// Error is an error with a sentence in Chinese that says what to do.
type Error struct {
	Kind    Kind
	Message string
	Err     error // the cause, or nil
}

// Error gives the sentence.
func (e *Error) Error() string { return e.Message }

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Fail makes an error of a kind with a sentence for the user.
func Fail(kind Kind, format string, args ...any) error {
	return &Error{Kind: kind, Message: fmt.Sprintf(format, args...)}
}

// Is reports whether err is, or wraps, an error of the kind.
func Is(err error, kind Kind) bool {
	var e *Error
	return errors.As(err, &e) && e.Kind == kind
}

// Stale is the error of an edit that started from an older version of the case.
func Stale() error {
	return Fail(Conflict, "办件在您打开之后已被他人改动；请核对最新内容后再提交。")
}

// missing turns "no rows" into the sentence for an object that is not there.
func missing(err error, what string) error {
	if errors.Is(err, sql.ErrNoRows) {
		return &Error{Kind: NotFound, Message: "找不到" + what + "。", Err: err}
	}
	return err
}
