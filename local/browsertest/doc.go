// Package browsertest holds the tests of the application's page in a real
// browser, Chromium, at a real host: what visitors do, with JavaScript and
// without, and what each view looks like. There is no code here but the tests.
//
// Where no Chromium is on PATH the tests are skipped; with CI=true they fail. With the
// variable SCREENSHOTS each view is kept as a picture in the directory it names.
package browsertest
