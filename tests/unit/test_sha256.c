/* SHA-256: the examples of FIPS 180-4. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/array.h"
#include "base/sha256.h"

static void
published_digests(void **state)
{
	static const struct {
		struct str text;
		const char *hex;
	} cases[] = {
	    /* https://csrc.nist.gov/projects/cryptographic-standards-and-guidelines/example-values
	     */
	    {STR_INIT(""),
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
	    {STR_INIT("abc"),
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
	    {STR_INIT("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
		"248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
	};
	unsigned char digest[SHA256_BYTES];
	char hex[SHA256_HEX];

	(void)state;
	for (size_t i = 0; i < N_OF(cases); i++)
		for (size_t cut = 0; cut <= cases[i].text.n; cut++) {
			const struct str pieces[] = {{cases[i].text.s, cut},
			    {cases[i].text.s + cut, cases[i].text.n - cut}};

			assert_int_equal(sha256(pieces, 2, digest), ERR_OK);
			sha256_hex(digest, hex);
			assert_string_equal(hex, cases[i].hex);
		}
	assert_int_equal(sha256(NULL, 0, digest), ERR_OK);
	sha256_hex(digest, hex);
	assert_string_equal(hex, cases[0].hex);
}

static void
zero_bytes_count(void **state)
{
	static const struct str a[] = {STR_INIT("m"), {"", 1}, STR_INIT("t")},
				b[] = {STR_INIT("m"), STR_INIT("t")};
	unsigned char x[SHA256_BYTES], y[SHA256_BYTES];

	(void)state;
	assert_int_equal(sha256(a, 3, x), ERR_OK);
	assert_int_equal(sha256(b, 2, y), ERR_OK);
	assert_memory_not_equal(x, y, SHA256_BYTES);
}

int
main(void)
{
	const struct CMUnitTest all[] = {
	    cmocka_unit_test(published_digests),
	    cmocka_unit_test(zero_bytes_count),
	};

	return cmocka_run_group_tests(all, NULL, NULL);
}
