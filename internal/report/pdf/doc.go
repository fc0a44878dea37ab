// Package pdf makes a PDF of a page, with a Chromium that is already on the machine. It downloads nothing, and leaves
// nothing behind: the page and the browser's profile lie in a folder beside the file, which goes with the call.
package pdf
