package host

import (
	"errors"
	"fmt"
	"net"
	"syscall"
)

// listen opens a listener; nil where address is empty. flag is what sets its port,
// for the error.
func listen(address, flag string) (net.Listener, error) {
	if address == "" {
		return nil, nil
	}
	l, err := net.Listen("tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, &portTakenError{address, flag}
	}
	if err != nil {
		return nil, fmt.Errorf("listening on %s: %w", address, err)
	}
	return l, nil
}

// portTakenError begins with the words that scripts of sam's users look for.
type portTakenError struct {
	address, flag string
}

// Error names the port and the flag that sets it.
func (e *portTakenError) Error() string {
	_, port, _ := net.SplitHostPort(e.address)
	return fmt.Sprintf("Address already in use: port %s (%s); choose another with %s", port, e.address, e.flag)
}

func closeListener(l net.Listener) error {
	if l == nil {
		return nil
	}
	if err := l.Close(); !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}
