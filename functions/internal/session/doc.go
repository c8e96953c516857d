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
// # Which operation
//
// All but two are sent with the commit, together:
//
//	Set, Delete       of what others do to the value meanwhile, the later stands
//	Add               adds up with what others add
//	SetIfUnchanged    refuses the whole commit if another changed the value
//	Expect            does so for a value that this request only read
//	SetFor            a value that ends before the session does
//	Swap, Pop         change one value at once, in a write of their own: what they
//	                  return is what was stored, and of overlapping requests each
//	                  gets something else
//
// What a request costs, in round trips to Redis: none if it has no cookie and stores
// nothing, or does not use its session; one to read; one more to commit, whatever the
// number of changes. SignIn and Renew add four, Swap and Pop one each, and Swap two more
// each time that another request was faster.
//
// A value may have 16 KB (MaxValue), a session 64 KB (MaxSize), a counter 53 bits
// (MaxCounter); beyond them nothing is stored and the error says which limit it was.
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
//	x:NAME                    when the value ends, in ms of Redis's clock, if it does before the session
//	ends                      the earliest x:NAME, so that most commits need not look for what has ended
//	created, seen             ms; seen lags behind by up to a tenth of the idle limit
//	user, agent, epoch        of the session's beginning
//	version                   the number of commits
//	size                      what the values weigh, so that the limit is checked without reading them
//	moved, heir, heir-agent   set once it has a new token: where to, and whose
//	dead                      the only field of a tombstone
//
// Other kinds of field are free for later use; scripts leave what they do not know alone.
//
// What SetIfUnchanged, Expect and Swap compare is the value and not the session's
// version, by which any two requests that overlap would refuse each other, whatever they
// change.
//
// Lifetimes of sessions are set with PEXPIRE and checked against created and seen too, so
// a session ends when either Redis's clock or ours says so, and the two need not agree. A
// field cannot be given to PEXPIRE (HPEXPIRE came with Redis 7.4, and Valkey 9), so
// values that end have their end beside them: a load leaves out what has ended, and the
// first update after removes it. What crosses from node to node when a session moves is
// how long they have left.
//
// # Scripts
//
// Each is atomic, touches one slot, and first asks whether the session is alive: not
// expired, not a tombstone, not of an epoch that its user ended, not moved.
//
//	load     reads all fields and Redis's time; now and then notes that the session was seen
//	create   makes a session unless its key is taken, be it by a tombstone
//	update   applies set, add and delete; refuses before writing anything: limits, no counter, no
//	         session, a value that is not what was expected
//	move     freezes a session and says where it goes
//	end      leaves a tombstone
//	endall   begins a user's new epoch: one write, whatever the number of sessions
//
// An update is sent at most once: when the connection breaks before the reply, the visitor is told
// that the outcome is unknown (503) rather than a counter be added to twice.
//
// # A new token
//
// A sign-in moves the session to another slot, which no script can do. The order of its
// steps makes every state in between one that anybody can carry on from:
//
//	       old key                          new key
//	1 move   alive ─▶ frozen, names new       –
//	2 create          frozen                  alive, with old's values
//	3 expire          gone after 10 s         alive
//
// Whoever meets a frozen session, mover or not, does step 2 if it was not done: both
// would write the same (but for a round trip's difference in when values end), as the old
// values cannot change any more, and the second finds the key taken. Then they go on at
// the new key; so a request that loaded the session before the sign-in commits to it
// after. If the mover dies before step 3, the old key leads on until it idles out.
//
// A chain of more than four moves leads nowhere. It takes a client that goes on signing
// in with a token that it was told to drop; its next sign-in begins a session that shares
// nothing with the one before.
//
// The old token gives its holder no user that it did not give before: in those 10 s they share
// the visitor's values, as they did already, but are not signed in.
//
// # Tombstones
//
// No script but create makes a session, and none creates with a token that was seen
// before, except in step 2. A tombstone keeps a belated step 2 from making the new
// session again after it was signed out of. Step 2 needs the frozen key; that is never
// touched again and so gone after the idle limit, and the tombstone stays a minute
// longer.
//
// # What Redis does not promise
//
// Replication is asynchronous: a failover can take back the last moments, acknowledged
// writes included. What the replica had when its master died (see WAIT) is kept; use a
// store that fsyncs on several nodes where that is not enough. Until the replica has
// taken over, and for a user's sessions while their slot is moved to another node,
// requests get ErrUnavailable: never an empty session.
//
// # OWASP ASVS 5
//
// The requirements on cookies (V3.3) and sessions (V7) of the Application Security
// Verification Standard 5.0, and the test that shows each. "Application" means that this
// package gives the means and the application must use them.
//
//	3.3.1  Secure, and __Host- or __Secure-       TestCookie; Application if it sets CookieName
//	3.3.2  SameSite fits the cookie's purpose     TestCookie: Lax, for links from other sites find the visitor signed in;
//	                                              Application: refuse requests from other sites that change something
//	3.3.3  __Host-, unless shared with hosts      TestCookie, TestUselessCookies
//	3.3.4  HttpOnly, only by Set-Cookie           TestCookie; nothing returns the token to a handler
//	3.3.5  name and value at most 4096 bytes      TestCookie: 74 bytes; what is stored stays in the store
//	7.1.1  timeouts documented                    Manager.Idle and Absolute: 30 minutes and 12 hours, the limits that
//	                                              NIST SP 800-63B (revision 3) §4.2.3 sets for AAL2
//	7.1.2  parallel sessions documented           any number, see TestSessions; a limit is the Application's, by Sessions and End
//	7.1.3  federated sessions documented          Application; no federation here
//	7.2.1  token verified by a backend            TestUselessCookies
//	7.2.2  tokens generated, not static           TestToken, TestSignIn
//	7.2.3  128 bits of a CSPRNG                   TestToken, FuzzCookie: 256 bits of crypto/rand
//	7.2.4  new token on authentication, the old   TestSignIn, TestRenew, MoveGivesNoUser of the store suite: for
//	       one ended                              Grace the old token opens no user that it did not open before
//	7.3.1  inactivity timeout                     TestExpiry; Idle of the store suite
//	7.3.2  absolute lifetime                      TestExpiry; Absolute of the store suite
//	7.4.1  sign-out ends the session for good     TestSignOut, TestSignOutRacesSlowRequest, EndedStaysEnded of the store suite;
//	                                              back button: TestCacheHeaders
//	7.4.2  all ended with the account             Application, by Manager.EndAll: TestSessions
//	7.4.3  others ended with a new password       Application, by Manager.EndAll or Session.SignOutEverywhere and SignIn:
//	                                              TestSignOutThenMore, ExampleManager_EndAll
//	7.4.4  sign-out is visible on every page      Application
//	7.4.5  administrators end a user's sessions   Application, by Manager.Sessions, End and EndAll: TestSessions; those of all
//	                                              users: Application, which knows its users
//	7.5.1  password again before the account      Application, by Session.Info (Created is the sign-in) and SignIn
//	       changes
//	7.5.2  users see and end their sessions       TestSessions; Application: asks for the password again
//	7.5.3  password again before what is          Application, as 7.5.1
//	       highly sensitive
//	7.6.1  federated lifetimes                    Application
//	7.6.2  no session without the user's action   TestCookie: reading makes none
package session
