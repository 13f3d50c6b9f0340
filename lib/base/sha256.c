/*
 * The one file that sees OpenSSL's libcrypto. It is the one that libcurl brings along
 * anyway, and this interface of it has been the same since 1.1; Nettle's has changed with
 * version 4.
 */
#include "base/sha256.h"

#include <config.h>
#include <openssl/evp.h>

#include "base/library.h"

#define FUNCTIONS(F)                                                                       \
	F(DigestFinal_ex)                                                                  \
	F(DigestInit_ex)                                                                   \
	F(DigestUpdate)                                                                    \
	F(MD_CTX_free)                                                                     \
	F(MD_CTX_new)                                                                      \
	F(sha256)
#define NAME(name) "EVP_" #name,
#define DECLARE(name) __typeof__(EVP_##name) *name;

static const char *const names[] = {FUNCTIONS(NAME)};
static union {
	struct {
		FUNCTIONS(DECLARE)
	};
	void *found[sizeof(names) / sizeof(names[0])];
} evp;

enum err
sha256(const struct str *pieces, size_t n, unsigned char r[static SHA256_BYTES])
{
	unsigned char digest[SHA256_BYTES];
	EVP_MD_CTX *context;
	bool done;

	if (library_load(CRYPTO_LIBRARY, names, sizeof(names) / sizeof(names[0]), evp.found,
		NULL) != ERR_OK)
		return ERR_UNAVAILABLE;
	context = evp.MD_CTX_new();
	done = context != NULL && evp.DigestInit_ex(context, evp.sha256(), NULL) == 1;
	for (size_t i = 0; done && i < n; i++)
		done = evp.DigestUpdate(context, pieces[i].s, pieces[i].n) == 1;
	done = done && evp.DigestFinal_ex(context, digest, NULL) == 1;
	evp.MD_CTX_free(context);
	if (!done)
		return ERR_MEMORY;
	for (size_t i = 0; i < SHA256_BYTES; i++)
		r[i] = digest[i];
	return ERR_OK;
}

void
sha256_hex(const unsigned char digest[static SHA256_BYTES], char out[static SHA256_HEX])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < SHA256_BYTES; i++) {
		out[2 * i] = digits[digest[i] >> 4];
		out[2 * i + 1] = digits[digest[i] & 15];
	}
	out[SHA256_HEX - 1] = '\0';
}
