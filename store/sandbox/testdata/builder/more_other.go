//go:build !amd64 && !386

package main

var moreTricks = map[string]func() error{}
