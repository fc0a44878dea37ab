// Package problem writes errors as RFC 9457 problem documents.
//
// An error enters as a [Problem], which handlers return like any other error, and leaves as an application/problem+json
// response. It refuses nothing and logs nothing.
package problem
