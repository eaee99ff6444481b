"""What the machine can do at best, measured in the same run."""
import ctypes
import ctypes.util
import os
import shutil
import subprocess
import time
from pathlib import Path

from . import measure

PIECE = 1 << 20


def copy(drive, target):
    """`cp -r`."""
    sample, _ = measure.run(["cp", "-r", drive, target])
    shutil.rmtree(target)
    return sample


def sequential_write(count, path):
    """As many bytes as the corpus has, written to one file, with fsync."""
    block = os.urandom(PIECE)
    started = time.perf_counter()
    with open(path, "wb", buffering=0) as file:
        for start in range(0, count, PIECE):
            file.write(block[:min(PIECE, count - start)])
        os.fsync(file.fileno())
    wall = time.perf_counter() - started
    os.remove(path)
    return measure.Sample(wall, 0, 0)


class Arithmetic:
    """Seconds of one core that hash, cipher, MAC, zstd at level 1 and the chunker take at least for given bytes, in buffers of 1 MiB.

    A backup hashes twice: what it reads, for the names of blobs, and what it stores, for the names of packs.

    libcrypto's and libzstd's own code through ctypes; the chunker is `chunker.c`, the fastest way that we know, at constant cost a byte.
    """

    def __init__(self, work):
        self.crypto = ctypes.CDLL(ctypes.util.find_library("crypto"))
        self.zstd = ctypes.CDLL(ctypes.util.find_library("zstd"))
        library = Path(work) / "chunker.so"
        subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", library, Path(__file__).parent.parent / "chunker.c"], check=True)
        self.chunker = ctypes.CDLL(library)
        for function in (self.crypto.EVP_aes_256_ctr, self.crypto.EVP_CIPHER_CTX_new, self.crypto.EVP_MAC_fetch, self.crypto.EVP_MAC_CTX_new, self.zstd.ZSTD_createCCtx):
            function.restype = ctypes.c_void_p
        self.zstd.ZSTD_compressCCtx.restype = ctypes.c_size_t
        self.output = ctypes.create_string_buffer(2 * PIECE)
        self.context = ctypes.c_void_p(self.zstd.ZSTD_createCCtx())
        self.cipher = ctypes.c_void_p(self.crypto.EVP_CIPHER_CTX_new())
        self.crypto.EVP_EncryptInit_ex(self.cipher, ctypes.c_void_p(self.crypto.EVP_aes_256_ctr()), None, b"k" * 32, b"i" * 16)
        algorithm = ctypes.c_void_p(self.crypto.EVP_MAC_fetch(None, b"POLY1305", None))
        self.mac = ctypes.c_void_p(self.crypto.EVP_MAC_CTX_new(algorithm))

    def seconds(self, paths, most=256 << 20):
        """Backup and restore seconds for a sample of the files, scaled to all of their bytes."""
        total, taken, backup, restore = 0, 0, 0.0, 0.0
        for path in paths:
            size = os.path.getsize(path)
            total += size
            if taken < most:
                with open(path, "rb") as file:
                    while taken < most and (piece := file.read(PIECE)):
                        forth, back = self.piece(piece)
                        backup, restore, taken = backup + forth, restore + back, taken + len(piece)
        factor = total / max(1, taken)
        return backup * factor, restore * factor

    def piece(self, piece):
        out, length = self.output, ctypes.c_int()
        started = time.process_time()
        self.crypto.SHA256(piece, ctypes.c_size_t(len(piece)), out)
        hashed = time.process_time()
        if len(piece) > 512 << 10:
            self.chunker.chunk(piece, ctypes.c_size_t(len(piece)))
        chunked = time.process_time()
        count = self.zstd.ZSTD_compressCCtx(self.context, out, ctypes.c_size_t(len(out)), piece, ctypes.c_size_t(len(piece)), 1)
        compressed = time.process_time()
        stored = out.raw[:count] if count < len(piece) else piece
        sealing = time.process_time()
        self.seal(stored, out, length)
        sealed = time.process_time()
        self.crypto.SHA256(stored, ctypes.c_size_t(len(stored)), out)
        named = time.process_time()
        opened = 0.0
        if count < len(piece):
            begun = time.process_time()
            self.zstd.ZSTD_decompress(out, ctypes.c_size_t(len(out)), stored, ctypes.c_size_t(len(stored)))
            opened = time.process_time() - begun
        seal = sealed - sealing
        return (compressed - started) + seal + (named - sealed), (hashed - started) + seal + opened

    def seal(self, plain, out, length):
        self.crypto.EVP_EncryptUpdate(self.cipher, out, ctypes.byref(length), plain, len(plain))
        self.crypto.EVP_MAC_init(self.mac, b"m" * 32, ctypes.c_size_t(32), None)
        self.crypto.EVP_MAC_update(self.mac, out, ctypes.c_size_t(len(plain)))
        size = ctypes.c_size_t()
        self.crypto.EVP_MAC_final(self.mac, ctypes.create_string_buffer(16), ctypes.byref(size), ctypes.c_size_t(16))
