package sessiontest

import (
	"net"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// Cluster starts program as a cluster of one node for the length of the test, which
// is enough to refuse what touches more than one slot. It skips or fails as Server does.
func Cluster(t testing.TB, program string) *redis.ClusterClient {
	t.Helper()
	n := startNode(t, find(t, program))
	n.must(t, "CLUSTER", "ADDSLOTSRANGE", 0, slots-1)
	n.wait(t, "CLUSTER", "INFO", "cluster_state:ok")
	return connectCluster(t, n)
}

const (
	slots   = 16384
	masters = 3
)

// A Replicated is a cluster of three masters that have a replica each.
type Replicated struct {
	t     testing.TB
	nodes []*node // the masters first
}

// StartReplicated starts program six times for the length of the test and makes it a
// cluster. It returns when every replica has its master's data, and skips or fails as Server does.
func StartReplicated(t testing.TB, program string) *Replicated {
	t.Helper()
	path := find(t, program)
	c := &Replicated{t: t}
	for i := range 2 * masters {
		n := startNode(t, path)
		n.must(t, "CLUSTER", "SET-CONFIG-EPOCH", i+1) // as redis-cli does, or they would quarrel about it
		c.nodes = append(c.nodes, n)
	}
	for i, n := range c.nodes[:masters] {
		n.must(t, "CLUSTER", "ADDSLOTSRANGE", i*slots/masters, (i+1)*slots/masters-1)
	}
	for _, n := range c.nodes[1:] {
		c.nodes[0].must(t, "CLUSTER", "MEET", "127.0.0.1", n.port, n.bus)
	}
	for _, n := range c.nodes {
		n.wait(t, "CLUSTER", "INFO", "cluster_known_nodes:6")
		n.wait(t, "CLUSTER", "INFO", "cluster_state:ok")
	}
	for i, n := range c.nodes[masters:] {
		n.must(t, "CLUSTER", "REPLICATE", c.nodes[i].id(t))
	}
	for _, n := range c.nodes[masters:] {
		n.wait(t, "INFO", "replication", "master_link_status:up")
	}
	for _, n := range c.nodes[:masters] {
		n.wait(t, "INFO", "replication", "state=online")
	}
	return c
}

// Client returns a client of the cluster, for the length of the test.
func (c *Replicated) Client() *redis.ClusterClient {
	return connectCluster(c.t, c.nodes...)
}

// Migrate moves the slot of a key, and all keys in it, from the master that has it to another.
func (c *Replicated) Migrate(key string) {
	c.t.Helper()
	slot := int(c.nodes[0].client.ClusterKeySlot(c.t.Context(), key).Val())
	from := c.owner(key)
	to := c.nodes[0]
	if from == to {
		to = c.nodes[1]
	}
	to.must(c.t, "CLUSTER", "SETSLOT", slot, "IMPORTING", from.id(c.t))
	from.must(c.t, "CLUSTER", "SETSLOT", slot, "MIGRATING", to.id(c.t))
	for {
		keys := from.client.ClusterGetKeysInSlot(c.t.Context(), slot, 1).Val()
		if len(keys) == 0 {
			break
		}
		from.must(c.t, "MIGRATE", "127.0.0.1", to.port, keys[0], 0, 5000)
	}
	for _, n := range append([]*node{to, from}, c.nodes[:masters]...) { // the new owner first
		n.must(c.t, "CLUSTER", "SETSLOT", slot, "NODE", to.id(c.t))
	}
}

// Replicate returns when the master of a key has sent all that it had written before to its replica.
func (c *Replicated) Replicate(key string) {
	c.t.Helper()
	n := c.owner(key)
	conn := n.client.Conn() // WAIT asks for what its own connection wrote last, and all before
	defer conn.Close()
	// A counter with the key's slot is the one write that this node certainly takes.
	if err := conn.Incr(c.t.Context(), "{"+hashtag(key)+"}:wait").Err(); err != nil {
		c.t.Fatal(err)
	}
	if replicas, err := conn.Wait(c.t.Context(), 1, 5*time.Second).Result(); replicas < 1 || err != nil {
		c.t.Fatalf("WAIT: got %d replicas, %v, want 1", replicas, err)
	}
}

// Kill ends the master of a key as kill -9 does. It returns when the master is dead, before its replica takes over.
func (c *Replicated) Kill(key string) {
	c.t.Helper()
	n := c.owner(key)
	if err := n.cmd.Process.Kill(); err != nil {
		c.t.Fatal(err)
	}
	_ = n.cmd.Wait() // killed: its error says no more than that
}

// owner returns the master that takes a key for its own; the others send us to it.
func (c *Replicated) owner(key string) *node {
	c.t.Helper()
	for _, n := range c.nodes {
		if n.client.Exists(c.t.Context(), key).Err() == nil {
			return n
		}
	}
	c.t.Fatalf("%s has no master", key)
	return nil
}

// hashtag returns the part of a key that decides its slot.
func hashtag(key string) string {
	if _, rest, ok := strings.Cut(key, "{"); ok {
		if tag, _, ok := strings.Cut(rest, "}"); ok && tag != "" {
			return tag
		}
	}
	return key
}

// A node is one server of a cluster.
type node struct {
	cmd       *exec.Cmd
	port, bus string
	client    *redis.Client
}

func startNode(t testing.TB, path string) *node {
	t.Helper()
	n := &node{port: freePort(t), bus: freePort(t)}
	n.cmd = exec.Command(path, "--cluster-enabled", "yes", "--bind", "127.0.0.1",
		"--port", n.port, "--cluster-port", n.bus, "--save", "", "--dir", t.TempDir(),
		"--cluster-node-timeout", "1000", "--cluster-replica-validity-factor", "0",
		"--cluster-migration-barrier", "5", "--repl-diskless-sync-delay", "0")
	start(t, n.cmd)
	n.client = connect(t, &redis.Options{Addr: n.addr()})
	return n
}

func (n *node) addr() string { return net.JoinHostPort("127.0.0.1", n.port) }

func (n *node) id(t testing.TB) string { return n.must(t, "CLUSTER", "MYID") }

// must has the node do a command, and returns its reply as text.
func (n *node) must(t testing.TB, args ...any) string {
	t.Helper()
	reply, err := n.client.Do(t.Context(), args...).Result()
	if err != nil {
		t.Fatalf("%v: %v", args, err)
	}
	switch reply := reply.(type) {
	case string:
		return reply
	case int64:
		return strconv.FormatInt(reply, 10)
	}
	return ""
}

// wait asks the node until its answer to a command of two words contains want.
func (n *node) wait(t testing.TB, command, subject, want string) {
	t.Helper()
	for tick := time.Tick(10 * time.Millisecond); !strings.Contains(n.must(t, command, subject), want); {
		select {
		case <-tick:
		case <-t.Context().Done():
			t.Fatalf("%s %s never said %s", command, subject, want)
		}
	}
}

func connectCluster(t testing.TB, nodes ...*node) *redis.ClusterClient {
	options := &redis.ClusterOptions{ContextTimeoutEnabled: true}
	for _, n := range nodes {
		options.Addrs = append(options.Addrs, n.addr())
	}
	client := redis.NewClusterClient(options)
	t.Cleanup(func() { client.Close() })
	return client
}

// freePort returns a port that nobody listened on a moment ago.
func freePort(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}
