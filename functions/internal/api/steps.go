package api

// The steps of placeOrder after which the function may die. Package cart says how
// each is healed; a build with the tag faults dies there when it is told to.
const (
	stepBegun   = "begun"   // nothing done
	stepRead    = "read"    // the cart and the prices are known
	stepPlaced  = "placed"  // the order is stored
	stepSettled = "settled" // what is taken out of the cart is noted, not stored
	stepStored  = "stored"  // all is stored, nothing answered
)
