package main

import (
	"errors"
	"net"
	"strconv"
	"syscall"

	"rockpool/internal/config"
)

// listen opens the address of a setting. It is done before anything else is
// opened, so that a second server notices the first before it touches its data.
func listen(setting, address string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	var op *net.OpError
	switch {
	case err == nil:
		return l, nil
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, config.Wrong(setting, "%s is taken, perhaps by another rockpool; stop it or choose another port", address)
	case errors.Is(err, syscall.EACCES):
		return nil, config.Wrong(setting, "this user may not listen on %s; choose a port from 1024, or grant the capability to bind low ones", address)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return nil, config.Wrong(setting, "%s is not an address of this machine", address)
	case errors.As(err, &op):
		return nil, config.Wrong(setting, "cannot listen on %s: %v", address, op.Err)
	}
	return nil, config.Wrong(setting, "cannot listen on %s: %v", address, err)
}

// listenLoopback opens the address of a setting and, for 127.0.0.1 and
// localhost, the same port of ::1 if it is free: "localhost" means either,
// depending on the client. Clients that try both find the first.
func listenLoopback(setting, address string) ([]net.Listener, error) {
	l, err := listen(setting, address)
	if err != nil {
		return nil, err
	}
	at := l.Addr().(*net.TCPAddr)
	if !at.IP.Equal(net.IPv4(127, 0, 0, 1)) {
		return []net.Listener{l}, nil
	}
	six, err := net.Listen("tcp", net.JoinHostPort("::1", strconv.Itoa(at.Port)))
	if err != nil {
		return []net.Listener{l}, nil // no IPv6 here, or somebody else's port
	}
	return []net.Listener{l, six}, nil
}

func portOf(l net.Listener) string { return strconv.Itoa(l.Addr().(*net.TCPAddr).Port) }

func closeAll(listeners []net.Listener) {
	for _, l := range listeners {
		_ = l.Close() // nobody was served yet
	}
}
