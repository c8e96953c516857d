package route

import (
	"fmt"
	"strings"
)

// Conflict is a route that two APIs claim where all APIs are merged, or the Host
// LOGICALID.localhost of both.
type Conflict struct {
	// Method and Path are empty where the Host is claimed.
	Method, Path string
	// Winner and Loser are logical IDs of APIs.
	Winner, Loser string
}

// String says who has what is claimed, in words for the author of the template.
func (c Conflict) String() string {
	if c.Path == "" {
		return fmt.Sprintf("%s.localhost is %s, and %s has no host of its own", strings.ToLower(c.Winner), c.Winner, c.Loser)
	}
	return fmt.Sprintf("%s %s goes to %s, and to %s at %s.localhost only", c.Method, c.Path, c.Winner, c.Loser, strings.ToLower(c.Loser))
}

// clash tells whether two routes of one path and of different APIs claim one
// method. The earlier wins unless only the later names the method.
func clash(earlier, later *Route) (Conflict, bool) {
	if earlier.API == later.API {
		return Conflict{}, false
	}
	c := Conflict{Method: later.Method, Path: later.Path, Winner: earlier.API.LogicalID, Loser: later.API.LogicalID}
	switch {
	case earlier.Method == later.Method:
		return c, true
	case later.Method == AnyMethod && Carried(earlier.Method):
		c.Method = earlier.Method
		return c, true
	case earlier.Method == AnyMethod && Carried(later.Method):
		c.Winner, c.Loser = c.Loser, c.Winner
		return c, true
	}
	return Conflict{}, false
}
