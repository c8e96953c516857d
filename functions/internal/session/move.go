package session

import (
	"context"
	"errors"
	"fmt"
)

// Move takes three steps, each of which leaves nothing lost if the process dies after it.
// The package comment draws them.
func (s *redisStore) Move(ctx context.Context, from, to ID, r Record, t Terms) error {
	err := s.chase(ctx, from, t, func(id ID) (string, error) {
		from = id
		return s.state(ctx, moveScript, id, t.args(to.String(), r.Info.User, r.Info.Agent))
	})
	if err != nil {
		return err
	}
	fields, err := s.fetch(ctx, from, t)
	if err != nil {
		return err
	}
	if err := s.complete(ctx, to, fields, t); err != nil {
		return err
	}
	if err := s.client.PExpire(ctx, keysOf(from)[0], Grace).Err(); err != nil {
		return unavailable("moving session", err)
	}
	return nil
}

// chase does op, which reports a state, where the session is now.
func (s *redisStore) chase(ctx context.Context, id ID, t Terms, op func(ID) (string, error)) error {
	for range maxMoves {
		state, err := op(id)
		if err != nil || state != "moved" {
			return result("changing session", state, err)
		}
		r, err := s.follow(ctx, id, t)
		if err != nil {
			return err
		}
		id = r.ID
	}
	return fmt.Errorf("changing session: %w: it moved %d times meanwhile", ErrUnavailable, maxMoves)
}

// follow reads a session where it is now, in one round trip if it has not moved. It
// completes a move that it finds unfinished: the mover may be slow, or dead. It returns
// ErrGone for what is more than maxMoves away.
func (s *redisStore) follow(ctx context.Context, id ID, t Terms) (Record, error) {
	fields, err := s.fetch(ctx, id, t)
	if err != nil {
		return Record{}, err
	}
	r := decode(id, fields, t)
	user := r.Info.User
	for range maxMoves {
		moved := fields["moved"]
		if moved == "" {
			return r.seenBy(user), nil
		}
		to, ok := parseID(moved)
		if !ok {
			return Record{}, fmt.Errorf("following session: malformed ID %q", moved)
		}
		if fields, err = s.arrive(ctx, to, fields, t); err != nil {
			return Record{}, err
		}
		r = decode(to, fields, t)
	}
	return Record{}, fmt.Errorf("following session: %w: more than %d moves away", ErrGone, maxMoves)
}

// arrive reads the session that another, whose fields are given, has moved to. If it
// is not there yet, arrive completes the move.
func (s *redisStore) arrive(ctx context.Context, to ID, from map[string]string, t Terms) (map[string]string, error) {
	fields, err := s.fetch(ctx, to, t)
	if !errors.Is(err, ErrGone) {
		return fields, err
	}
	if err := s.complete(ctx, to, from, t); err != nil {
		return nil, err
	}
	return s.fetch(ctx, to, t)
}

// complete makes the new session of the frozen fields of the old. Of several that do
// so at once, mover and followers, the first makes it and the others change nothing.
func (s *redisStore) complete(ctx context.Context, to ID, from map[string]string, t Terms) error {
	r := decode(to, from, t)
	r.Info.User, r.Info.Agent = from["heir"], from["heir-agent"]
	return s.Create(ctx, to, r, t)
}

// seenBy returns the record as the holder of a token may see it that gave user
// before the session moved. Whoever planted a token before the visitor signed in
// (session fixation) must not become that visitor for the length of Grace.
func (r Record) seenBy(user string) Record {
	if r.Info.User != user {
		r.Info.User = ""
	}
	return r
}
