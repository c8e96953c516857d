package session

import (
	"context"
	_ "embed" // the scripts
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

var (
	//go:embed lua/session.lua
	prelude string
	//go:embed lua/load.lua
	loadSource string
	//go:embed lua/create.lua
	createSource string
	//go:embed lua/update.lua
	updateSource string
	//go:embed lua/move.lua
	moveSource string
	//go:embed lua/end.lua
	endSource string
	//go:embed lua/endall.lua
	endAllSource string

	loadScript   = newScript(prelude + loadSource)
	createScript = newScript(prelude + createSource)
	updateScript = newScript(prelude + updateSource)
	moveScript   = newScript(prelude + moveSource)
	endScript    = newScript(prelude + endSource)
	endAllScript = newScript(endAllSource)
)

// maxMoves bounds the chain of moves that an operation follows. A visitor makes one by
// signing in; more than a few within Grace are no visitor's doing, and what is beyond
// them is gone for that token: not unavailable, which promises that a retry helps.
const maxMoves = 4

type redisStore struct {
	client redis.UniversalClient
}

// NewRedis returns a Store in Redis or Valkey, of one node, with Sentinel or Cluster.
//
// The client should be made with ContextTimeoutEnabled: without it go-redis waits for
// its own ReadTimeout and not for the deadline of ctx. With DialerRetries at 1 a visitor
// learns at once that Redis is down, with the default of 5 after half a second. Redis should run
// with maxmemory-policy noeviction: any other signs visitors out when memory is short.
func NewRedis(client redis.UniversalClient) Store {
	return &redisStore{client: client}
}

func (s *redisStore) Load(ctx context.Context, id ID, t Terms) (Record, error) {
	return s.follow(ctx, id, t)
}

func (s *redisStore) Create(ctx context.Context, id ID, r Record, t Terms) error {
	args := []any{r.Info.User, r.Info.Agent}
	for name, value := range r.Values {
		args = append(args, name, value, r.Lives[name].Milliseconds())
	}
	state, err := s.state(ctx, createScript, id, t.args(args...))
	if state == "moved" { // it was there, and has gone on since
		return nil
	}
	return result("creating session", state, err)
}

func (s *redisStore) Update(ctx context.Context, id ID, changes []Change, t Terms) error {
	args := []any{MaxSize, int64(MaxCounter)}
	for _, c := range changes {
		value := c.Value
		if c.Op == OpAdd {
			value = strconv.FormatInt(c.N, 10)
		}
		args = append(args, string(c.Op), c.Name, value, c.Life.Milliseconds())
	}
	return s.chase(ctx, id, t, func(id ID) (string, error) {
		return s.state(ctx, updateScript, id, t.args(args...))
	})
}

func (s *redisStore) End(ctx context.Context, id ID, t Terms) error {
	return s.chase(ctx, id, t, func(id ID) (string, error) {
		return s.state(ctx, endScript, id, t.args())
	})
}

func (s *redisStore) EndAll(ctx context.Context, user string, t Terms) error {
	keys := []string{userKey(user, "epoch"), userKey(user, "index")}
	_, err := s.run(ctx, endAllScript, keys, []any{t.Now.UnixMilli(), t.Absolute.Milliseconds()})
	return result("ending sessions", "alive", err)
}

// List costs two round trips: the index, then all sessions that it names. It takes
// what has ended out of the index with a third, only if there is any.
func (s *redisStore) List(ctx context.Context, user string, t Terms) ([]Info, error) {
	index := userKey(user, "index")
	hashes, err := s.client.ZRange(ctx, index, 0, -1).Result()
	if err != nil {
		return nil, unavailable("listing sessions", err)
	}
	var infos []Info
	var ended []any
	records, err := s.records(ctx, user, hashes, t)
	for i, r := range records {
		if r == nil {
			ended = append(ended, hashes[i])
			continue
		}
		infos = append(infos, r.Info)
	}
	if err == nil && len(ended) > 0 {
		err = s.client.ZRem(ctx, index, ended...).Err()
	}
	if err != nil {
		return nil, unavailable("listing sessions", err)
	}
	slices.SortFunc(infos, func(a, b Info) int { return b.Created.Compare(a.Created) })
	return infos, nil
}

// records reads a user's sessions without touching them; nil stands for one that has
// ended or moved. It need not ask for the epoch: what that ends is out of the index too.
func (s *redisStore) records(ctx context.Context, user string, hashes []string, t Terms) ([]*Record, error) {
	pipe := s.client.Pipeline()
	replies := make([]*redis.MapStringStringCmd, len(hashes))
	for i, hash := range hashes {
		replies[i] = pipe.HGetAll(ctx, userKey(user, hash))
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, err
	}
	records := make([]*Record, len(hashes))
	for i, reply := range replies {
		fields := reply.Val()
		r := decode(ID{Hash: hashes[i], Tag: Tag(user)}, fields, t)
		if fields["moved"] == "" && r.Info.Expires.After(t.Now) {
			records[i] = &r
		}
	}
	return records, nil
}

// fetch reads one key's fields; it returns ErrGone if the session is gone.
func (s *redisStore) fetch(ctx context.Context, id ID, t Terms) (map[string]string, error) {
	reply, err := s.run(ctx, loadScript, keysOf(id), t.args())
	if err != nil {
		return nil, unavailable("loading session", err)
	}
	flat, _ := reply.([]any)
	if len(flat) == 0 {
		return nil, ErrGone
	}
	fields := make(map[string]string, len(flat)/2)
	for pair := range slices.Chunk(flat, 2) {
		fields[fmt.Sprint(pair[0])] = fmt.Sprint(pair[1])
	}
	return fields, nil
}

// decode reads a session's hash. Values are the fields that begin with "v:".
func decode(id ID, fields map[string]string, t Terms) Record {
	created, seen := time.UnixMilli(number(fields["created"])), time.UnixMilli(number(fields["seen"]))
	expires := seen.Add(t.Idle)
	if end := created.Add(t.Absolute); end.Before(expires) {
		expires = end
	}
	r := Record{ID: id, Values: map[string]string{}, Version: number(fields["version"])}
	r.Info = Info{
		ID: id.Hash, User: fields["user"], Agent: fields["agent"],
		Created: created, Seen: seen, Expires: expires,
	}
	clock := number(fields["clock"])
	for field, value := range fields {
		name, ok := strings.CutPrefix(field, "v:")
		if !ok {
			continue
		}
		if end, ends := fields["x:"+name]; ends {
			left := number(end) - clock
			if left <= 0 {
				continue
			}
			if r.Lives == nil {
				r.Lives = map[string]time.Duration{}
			}
			r.Lives[name] = time.Duration(left) * time.Millisecond
		}
		r.Values[name] = value
	}
	return r
}

// number reads an integer that a script wrote; a missing one is 0.
func number(s string) int64 {
	n, _ := strconv.ParseInt(s, 10, 64)
	return n
}

// keysOf returns the keys that a script on a session touches. They are in one slot
// of a cluster: an anonymous session stands alone, a user's stand together.
func keysOf(id ID) []string {
	if id.Tag == "" {
		return []string{"session:" + id.Hash}
	}
	return []string{tagKey(id.Tag, id.Hash), tagKey(id.Tag, "epoch"), tagKey(id.Tag, "index")}
}

func userKey(user, name string) string { return tagKey(Tag(user), name) }

func tagKey(tag, name string) string { return "session:{u:" + tag + "}:" + name }

// args returns the arguments that every script on a session begins with, and then more.
func (t Terms) args(more ...any) []any {
	return append([]any{t.Now.UnixMilli(), t.Idle.Milliseconds(), t.Absolute.Milliseconds()}, more...)
}
