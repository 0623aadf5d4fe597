// Computes beside the page, so that it stays usable meanwhile.
import "altcha/workers/pbkdf2";
