// The arithmetic limit of a chunker: a fingerprint of 64 bytes rolled over every byte, four stretches at once, as in FingerprintScan.swift.
// The tables are any: only the time counts.
#include <stddef.h>
#include <stdint.h>

static uint64_t gone[256], mod[256];

__attribute__((constructor)) static void fill(void) {
    uint64_t seed = 1;
    for (int i = 0; i < 256; i++) {
        gone[i] = (seed = seed * 6364136223846793005u + 1) >> 11;
        mod[i] = ((seed = seed * 6364136223846793005u + 1) >> 11) | (uint64_t)i << 53;
    }
}

#define STEP(d, p) d = (d << 8 | (p)[0]) ^ mod[(d >> 45) & 255] ^ gone[(p)[-64]]

uint64_t chunk(const uint8_t *bytes, size_t count) {
    size_t lane = (count - 64) / 4;
    const uint8_t *a = bytes + 64, *b = a + lane, *c = b + lane, *d = c + lane;
    uint64_t w = 0, x = 0, y = 0, z = 0, found = 0;
    for (size_t i = 0; i < lane; i++) {
        STEP(w, a + i); STEP(x, b + i); STEP(y, c + i); STEP(z, d + i);
        found |= ((w & 0xfffff) - 1) | ((x & 0xfffff) - 1) | ((y & 0xfffff) - 1) | ((z & 0xfffff) - 1);
    }
    return found >> 63;
}
