#!/usr/bin/env python3
"""Durable creates of a server whose catalogue is in PostgreSQL, beside bare insert transactions of as many clients in the same database and run.

Usage: Benchmarks/catalog.py [--seconds N] [--rounds N] [--clients 2,4,8] [--holdfast PROGRAM]

The limit is pgbench with BEGIN, one INSERT of 700 bytes and COMMIT; what is compared with it are restore sessions with one artifact, made over HTTP by wrk.
PostgreSQL is started for the run in a folder of its own, with fsync. As root the script drops to the user 'postgres' for it.
"""
import argparse, glob, importlib.machinery, importlib.util, os, shutil, signal, subprocess, sys, tempfile, time

HERE = os.path.dirname(os.path.abspath(__file__))
loader = importlib.machinery.SourceFileLoader("api_bench", f"{HERE}/api")
api = importlib.util.module_from_spec(importlib.util.spec_from_loader("api_bench", loader))
loader.exec_module(api)
PROGRAMS = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: int(path.split("/")[4]))[-1]
AS = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.getuid() == 0 else []
POINTS = 1000


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--clients", default="2,4,8")
    parser.add_argument("--holdfast", default=f"{api.ROOT}/.build/release/holdfast")
    return parser.parse_args()


class Database:
    def __init__(self, folder):
        self.folder = folder
        if AS:
            shutil.chown(folder, "postgres", "postgres")
        subprocess.run(AS + [f"{PROGRAMS}/initdb", "-A", "trust", "-U", "holdfast", "-E", "UTF8", "--locale=C", "-N", "-D", f"{folder}/data"],
                       check=True, stdout=subprocess.DEVNULL)
        self.log = open(f"{folder}/log", "wb")
        self.process = subprocess.Popen(
            AS + [f"{PROGRAMS}/postgres", "-D", f"{folder}/data", "-k", folder, "-c", "listen_addresses=", "-c", "max_connections=100", "-c", "fsync=on"],
            stdout=self.log, stderr=self.log)
        while subprocess.run([f"{PROGRAMS}/pg_isready", "-q", "-h", folder]).returncode:
            time.sleep(0.1)
        self.sql("CREATE DATABASE catalog ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0", "postgres")
        self.address = f"postgres://holdfast@{folder.replace('/', '%2F')}/catalog"

    def sql(self, text, database="catalog"):
        command = [f"{PROGRAMS}/psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", self.folder, "-U", "holdfast", "-d", database, "-c", text]
        return subprocess.run(command, check=True, capture_output=True, text=True, cwd=self.folder).stdout.strip()

    def bare(self, clients, seconds):
        """Transactions a second."""
        script = f"{self.folder}/bare.sql"
        with open(script, "w") as file:
            file.write("BEGIN;\nINSERT INTO bare VALUES (gen_random_uuid()::text, repeat('x', 700));\nCOMMIT;\n")
        out = subprocess.run(
            [f"{PROGRAMS}/pgbench", "-n", "-M", "prepared", "-h", self.folder, "-U", "holdfast", "-c", str(clients), "-j", "2", "-T", str(seconds),
             "-f", script, "catalog"], check=True, capture_output=True, text=True, cwd=self.folder).stdout
        return float(next(line.split()[2] for line in out.splitlines() if line.startswith("tps")))

    def stop(self):
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait()


def fill(database):
    database.sql(f"""
        INSERT INTO "protectionUnit" ("id", "workload", "sourceId", "status", "protectionSources", "createdDateTime")
        SELECT 'unit-' || n, 'oneDriveForBusiness', 'source-' || n, 'unprotected', 0, 1 FROM generate_series(1, {POINTS}) n;
        INSERT INTO "restorePoint" ("id", "unitId", "workload", "protectionDateTime", "expirationDateTime", "tags", "snapshotId", "cadence", "isDamaged", "failureCount")
        SELECT '00000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'), 'unit-' || n, 'oneDriveForBusiness', 1700000000000000 + n, 4000000000000000, 1, 's',
               'weekly', 0, 0 FROM generate_series(1, {POINTS}) n;
        CREATE TABLE bare (id TEXT PRIMARY KEY, body TEXT);
        ANALYZE;""")


def main():
    args = options()
    folder = tempfile.mkdtemp(prefix="hf-bench-", dir="/tmp")
    os.chmod(folder, 0o755)
    place = f"{folder}/pg"
    os.mkdir(place)
    database = Database(place)
    server = None
    try:
        subprocess.run([args.holdfast, "catalog", "migrate", database.address], check=True)
        program = f"{folder}/serve"
        with open(program, "w") as file:
            file.write(f'#!/bin/sh\n[ "$1" = serve ] || exec "{args.holdfast}" "$@"\nexec "{args.holdfast}" "$@" --set "catalog={database.address}"\n')
        os.chmod(program, 0o755)
        server = api.Server(argparse.Namespace(holdfast=program), folder, "holdfast")
        token, person = server.start()
        api.enable(server.client, person)
        fill(database)
        bearer = [f"Authorization: Bearer {token}", "Content-Type: application/json"]
        url = f"{server.base}{api.API}/oneDriveForBusinessRestoreSessions"
        print("| clients | creates a second | bare inserts a second | ratio | failed |\n|---|---|---|---|---|")
        for clients in [int(text) for text in args.clients.split(",")]:
            ours, bare, failed = [], [], 0
            for _ in range(args.rounds):
                before = database.bare(clients, args.seconds)
                made = api.wrk(url, argparse.Namespace(connections=clients, seconds=args.seconds),
                               f"{HERE}/wrk/create.lua", bearer, {"POINTS": str(POINTS)})
                after = database.bare(clients, args.seconds)
                ours.append(made["rps"])
                bare.append((before + after) / 2)
                failed += made["failed"]
            ratios = sorted(mine / limit for mine, limit in zip(ours, bare))
            print(f"| {clients} | {sum(ours) / len(ours):.0f} | {sum(bare) / len(bare):.0f} | {ratios[len(ratios) // 2]:.0%} "
                  f"({ratios[0]:.0%} to {ratios[-1]:.0%}) | {failed} |", flush=True)
    finally:
        if server and server.process and server.process.poll() is None:
            server.stop()
        database.stop()
        shutil.rmtree(folder)


if __name__ == "__main__":
    sys.exit(main())
