// Package session keeps visitors' sessions in Redis so that no update is lost and no
// session comes back from the dead.
//
// A session library commonly loads a session, lets the handler change it and saves it
// whole. Of two requests of one visitor that overlap, the later save undoes the other's
// changes, and brings back a session that the other signed out of. Here a request
// sends only what it changed, and the store applies it in one step, to a session that
// is still there or not at all.
//
// # Use
//
//	sessions := &session.Manager{Store: session.NewRedis(client)}
//	http.ListenAndServe(addr, sessions.Handler(mux))
//
// In a handler, session.From(r.Context()) is the visitor's session. It costs nothing
// until it is used, then one round trip to read and, if something changed, one to
// commit. The commit comes before the first byte of the response, so that no visitor is told of
// success that did not happen: if it fails they get an error, see Manager.Handler.
//
// # Tokens
//
// The visitor holds 32 random bytes in a cookie, TOKEN or, signed in, TOKEN.TAG. The
// store knows only HASH, the token's SHA-256. TAG is derived from the user and picks
// the part of a Redis Cluster where the user's sessions stand together; it is not secret, and
// one that was tampered with finds nothing. A token that the store does not know is never adopted:
// the first thing stored gets a fresh one.
//
// # Layout
//
//	session:HASH              an anonymous session, alone in its slot
//	session:{u:TAG}:HASH      a user's session; the braces put all with this tag into one slot
//	session:{u:TAG}:epoch     when the user last signed out everywhere, in ms
//	session:{u:TAG}:index     sorted set: HASH by the time of its absolute limit
//
// A session is a hash with one field per value, so that changes of different values never meet:
//
//	v:NAME                    a value's JSON; a counter is a plain decimal integer
//	created, seen             ms; seen lags behind by up to a tenth of the idle limit
//	user, agent, epoch        of the session's beginning
//	version                   the number of commits; for compare-and-set
//	size                      what the values weigh, so that the limit is checked without reading them
//	moved, heir, heir-agent   set once it has a new token: where to, and whose
//	dead                      the only field of a tombstone
//
// Other kinds of field are free for later use (x:NAME for a value's own expiry); scripts leave what they do not know alone.
// Lifetimes are set with PEXPIRE and checked against created and seen too, so a
// session ends when either Redis's clock or ours says so, and the two need not agree.
//
// # Scripts
//
// Each is atomic, touches one slot, and first asks whether the session is alive: not expired, not a tombstone, not of
// an epoch that its user ended, not moved.
//
//	load     reads all fields; now and then notes that the session was seen
//	create   makes a session unless its key is taken, be it by a tombstone
//	update   applies set, add and delete; refuses before writing anything: limits, no counter, no session
//	move     freezes a session and says where it goes
//	end      leaves a tombstone
//	endall   begins a user's new epoch: one write, whatever the number of sessions
//
// An update is sent at most once: when the connection breaks before the reply, the visitor is told
// that the outcome is unknown (503) rather than a counter be added to twice.
//
// # A new token
//
// A sign-in moves the session to another slot, which no script can do. The order of its steps makes every
// state in between one that anybody can carry on from:
//
//	       old key                          new key
//	1 move   alive ─▶ frozen, names new       –
//	2 create          frozen                  alive, with old's values
//	3 expire          gone after 10 s         alive
//
// Whoever meets a frozen session, mover or not, does step 2 if it was not done: both would write the
// same, as the old values cannot change any more, and the second finds the key taken. Then they go on at the new
// key; so a request that loaded the session before the sign-in commits to it after. If the mover
// dies before step 3, the old key leads on until it idles out.
//
// The old token gives its holder no user that it did not give before: in those 10 s they share
// the visitor's values, as they did already, but are not signed in.
//
// # Tombstones
//
// No script but create makes a session, and none creates with a token that was seen before, except in step 2. A
// tombstone keeps a belated step 2 from making the new session again after it was
// signed out of. Step 2 needs the frozen key; that is never touched again and so gone after the idle
// limit, and the tombstone stays a minute longer.
//
// # What Redis does not promise
//
// Replication is asynchronous: a failover can take back the last moments, acknowledged writes
// included. Use WAIT or a store that fsyncs where that is not acceptable.
package session
