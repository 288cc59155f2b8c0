// Package web is the face of the program: the one list of routes with their
// policies, the middleware that all of them stand behind, and one file for each
// act of a user. A handler reads the form, asks the store, and draws a page of
// package templates; it decides nothing about the law, counts nothing, and keeps
// no state but the files that wait for their import to be adopted.
//
// There is no sign-in yet: every page but /healthz is answered on loopback only.
// Nothing here trusts a forwarded address, writes a query or a name into the log,
// or sends the browser to another host.
package web
