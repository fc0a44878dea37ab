// Package webhook sends alerts to any receiver of HTTP: each change of an alert is one CloudEvents 1.0 event in the
// structured JSON format, signed by the Standard Webhooks scheme. A receiver checks the signature, drops repeats by
// webhook-id, and answers 2xx.
//
// The event holds both languages, numbers and times in full, so that a program need not read texts.
package webhook
