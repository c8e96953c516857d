package shop

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// cost is what hashing a password takes: OWASP's least for argon2id, 19 MiB and
// two passes, which fits into a function of 128 MB.
var cost = argon2Cost{memory: 19 * 1024, time: 2, threads: 1}

// argon2Cost are the parameters of RFC 9106, memory in KiB.
type argon2Cost struct {
	memory, time uint32
	threads      uint8
}

const (
	saltSize = 16
	hashSize = 32
)

// format is the PHC string form of an argon2id hash. It holds the parameters, so
// that raising them leaves the users there are able to sign in.
const format = "$argon2id$v=%d$m=%d,t=%d,p=%d$%s"

// nobodysPassword is a hash that no password has: it is checked where there is no user.
var nobodysPassword = phc(cost, make([]byte, saltSize), make([]byte, hashSize))

// hashPassword returns a new salted argon2id hash of the password in PHC string form.
func hashPassword(password string) string {
	salt := make([]byte, saltSize)
	rand.Read(salt) // Never returns an error: it crashes the process instead.
	return phc(cost, salt, cost.hash(password, salt))
}

// passwordMatches reports whether stored, a hash in PHC string form, is that of the password.
func passwordMatches(password, stored string) bool {
	var version int
	var c argon2Cost
	var encoded string
	if _, err := fmt.Sscanf(stored, format, &version, &c.memory, &c.time, &c.threads, &encoded); err != nil {
		return false
	}
	salt, hash, _ := strings.Cut(encoded, "$")
	rawSalt, errSalt := base64.RawStdEncoding.DecodeString(salt)
	rawHash, errHash := base64.RawStdEncoding.DecodeString(hash)
	if errSalt != nil || errHash != nil || version != argon2.Version {
		return false
	}
	return subtle.ConstantTimeCompare(c.hash(password, rawSalt), rawHash) == 1
}

func (c argon2Cost) hash(password string, salt []byte) []byte {
	return argon2.IDKey([]byte(password), salt, c.time, c.memory, c.threads, hashSize)
}

func phc(c argon2Cost, salt, hash []byte) string {
	encoded := base64.RawStdEncoding.EncodeToString(salt) + "$" + base64.RawStdEncoding.EncodeToString(hash)
	return fmt.Sprintf(format, argon2.Version, c.memory, c.time, c.threads, encoded)
}
