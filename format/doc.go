// Package format is the place of the formatter: it will lay out files as RFC
// 166 wants it, from their syntax alone.
//
// There is no formatter in it, and firn offers no formatting to editors.
package format
