#!/usr/bin/env python3
"""Checks a Varde log proof with nothing but Python's standard library.

    python3 check_proof.py PROOF PUBLIC-KEY [COMMITMENT]

PROOF is the proof of one entry (.tlog-proof), or of one person's part in an extract, or that the list
of one person's entries leaves nothing out (both .json).
PUBLIC-KEY is the log's key as published (name+id+base64), or a file that holds it. COMMITMENT
(64 hexadecimal digits) is for a proof that does not carry its entry. The exit code is 0 when the
proof holds, 1 when it does not, 2 when it was called wrongly.

Formats: C2SP tlog-proof, signed-note and tlog-checkpoint; hashes: RFC 6962; Ed25519: RFC 8032;
varde-membership-proof@v1 and varde-completeness-proof@v1 and @v2 as docs/log.md tells them.
This program shares no code with Varde: it is here so that nobody has to believe Varde's own.
"""
import base64, hashlib, hmac, json, os, sys, uuid

class Wrong(Exception):
    pass

def need(condition, otherwise):
    if not condition:
        raise Wrong(otherwise)

# --- Ed25519 verification, RFC 8032 section 5.1 ---
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SQRT_MINUS_1 = pow(2, (P - 1) // 4, P)

def point(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    need(y < P, "a point of the signature or the key is not valid")
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * SQRT_MINUS_1 % P
    need((x * x - square) % P == 0 and (x or not sign), "a point of the signature or the key is not valid")
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P

def add(a, b):
    e, f = (a[1] - a[0]) * (b[1] - b[0]), (a[1] + a[0]) * (b[1] + b[0])
    g, h = 2 * a[3] * b[3] * D, 2 * a[2] * b[2]
    e, f, g, h = f - e, h - g, h + g, e + f
    return e * f % P, g * h % P, f * g % P, e * h % P

def multiply(number, p):
    total = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = add(total, p)
        p, number = add(p, p), number >> 1
    return total

BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))

def ed25519(key, message, signature):
    if len(key) != 32 or len(signature) != 64:
        return False
    s = int.from_bytes(signature[32:], "little")
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    left, right = multiply(s, BASE), add(point(signature[:32]), multiply(k, point(key)))
    same = all((left[i] * right[2] - right[i] * left[2]) % P == 0 for i in (0, 1))
    return s < L and same

# --- the formats ---
def unbase64(text):
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        raise Wrong("the text is not base64: " + text[:20])
    need(base64.b64encode(data).decode() == text, "the text is not base64 in its one spelling")
    return data

def number(text):
    need(text.isascii() and text.isdigit() and str(int(text)) == text, "not a number: " + text[:20])
    return int(text)

def read_key(text):
    parts = text.strip().split("+", 2)
    need(len(parts) == 3, "the public key is not of the form name+id+base64")
    name, key_id, material = parts[0], parts[1], unbase64(parts[2])
    need(material[:1] == b"\x01" and len(material) == 33, "the public key is not an Ed25519 log key")
    digest = hashlib.sha256(name.encode() + b"\n" + material).digest()
    need(digest[:4].hex() == key_id, "the public key was altered: its id does not fit")
    return name, digest[:4], material[1:]

def root_from(path, index, size, leaf):
    """The root that an audit path leads to (RFC 6962 section 2.1.1)."""
    node, last, path = leaf, size - 1, list(path)
    while last:
        if index & 1 or index != last:
            need(path, "the path is too short")
            sibling = path.pop(0)
            pair = sibling + node if index & 1 else node + sibling
            node = hashlib.sha256(b"\x01" + pair).digest()
        index, last = index >> 1, last >> 1
    need(not path, "the path is too long")
    return node

def check(text, key_text, commitment):
    name, key_id, key = read_key(key_text)
    head, _, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    need(lines.pop(0) == "c2sp.org/tlog-proof@v1", "this is not a log proof (C2SP tlog-proof)")
    entry = None
    if lines and lines[0].startswith("extra "):
        opened = unbase64(lines.pop(0)[6:])
        entry, commitment = opened[32:], hashlib.sha256(opened).digest()
    need(commitment, "the proof carries no entry: give its commitment")
    need(lines and lines[0].startswith("index "), "the line `index` is missing")
    index = number(lines.pop(0)[6:])
    path = [unbase64(line) for line in lines]
    need(all(len(h) == 32 for h in path), "a line of the path is not a hash")

    body, gap, signatures = checkpoint.rpartition("\n\n")
    need(gap and signatures.endswith("\n"), "there is no signed checkpoint")
    parts = body.split("\n")
    need(len(parts) == 3, "the checkpoint is not origin, size and root")
    origin, size, root = parts[0], number(parts[1]), unbase64(parts[2])
    need(origin == name, "the checkpoint is of the log %r, the key of %r" % (origin, name))
    mine = []
    for line in signatures[:-1].split("\n"):
        words = line.split(" ")
        need(len(words) == 3 and words[0] == "\u2014", "a signature line is not in form")
        raw = unbase64(words[2])
        if words[1] == name and raw[:4] == key_id:
            mine.append(raw[4:])
    need(mine, "the checkpoint is not signed by this key")
    signed = ed25519(key, (body + "\n").encode(), mine[0])
    need(signed, "the signature does not fit the checkpoint: one of them was altered")
    need(index < size, "the entry's index is outside the log")
    leaf = hashlib.sha256(b"\x00" + commitment).digest()
    reached = root_from(path, index, size, leaf)
    need(reached == root, "the entry is not on the log: its path does not lead to the signed root")
    return origin, index, size, entry

def keyed(says, tree, person):
    """The value that a keyed tree has for a person, None when it is shown to have none."""
    tag_key, root, leaves = bytes.fromhex(says["tag_key"]), bytes.fromhex(tree["root"]), tree["leaves"]
    need(hashlib.sha256(tag_key).hexdigest() == tree["tag_key"], "the proof is made with a false key")
    tag = hmac.digest(tag_key, person, "sha256")

    def leaf(its_tag, seal, at):
        need(0 <= at["index"] < leaves, "a place is outside the tree")
        hashed = hashlib.sha256(b"\x00" + its_tag + seal).digest()
        reached = root_from([bytes.fromhex(h) for h in at["path"]], at["index"], leaves, hashed)
        need(reached == root, "the path does not lead to what the entry commits to")

    if says["says"] == "present":
        value = bytes.fromhex(says["value"])
        leaf(tag, hashlib.sha256(bytes.fromhex(says["salt"]) + value).digest(), says)
        return value
    need(says["says"] == "absent", "the proof says neither present nor absent")
    before, after = says["before"], says["after"]
    for one in filter(None, (before, after)):
        leaf(bytes.fromhex(one["tag"]), bytes.fromhex(one["seal"]), one)
    need((after["index"] if after else leaves) == (before["index"] + 1 if before else 0), "somebody stands between")
    need(not before or bytes.fromhex(before["tag"]) < tag, "the proof is not about this person")
    need(not after or tag < bytes.fromhex(after["tag"]), "the proof is not about this person")
    need(leaves or root == hashlib.sha256().digest(), "the tree is not empty")
    return None

def check_membership(proof, key_text):
    """What an entry's keyed tree says of one person, and what check() gives for the entry."""
    proven = check(proof["log_proof"], key_text, None)
    value = keyed(proof["member"], json.loads(proven[3])["details"]["tree"], uuid.UUID(proof["person"]).bytes)
    part = "none, you are not in it" if value is None else value.decode()
    return "Your part in what it tells of: %s." % part, proven

def shard_tree(shard, shards, person):
    """The tree of a person's own shard, shown to be among those that the entry commits to."""
    key, tree, bits = bytes.fromhex(shard["key"]), shard["tree"], shards["bits"]
    need(hashlib.sha256(key).hexdigest() == shards["key"] and 0 <= bits < 32, "the shard is chosen with a false key")
    place = int.from_bytes(hmac.digest(key, person, "sha256")[:4], "big") >> 32 - bits
    line = bytes.fromhex(tree["root"]) + tree["leaves"].to_bytes(8, "big") + bytes.fromhex(tree["tag_key"])
    need(len(line) == 72, "the shard is not root, leaves and tag key")
    path = [bytes.fromhex(h) for h in shard["path"]]
    reached = root_from(path, place, 1 << bits, hashlib.sha256(b"\x00" + line).digest())
    need(reached.hex() == shards["root"], "the shard is not the person's own, or not what the entry commits to")
    return tree

def check_completeness(proof, key_text):
    """That a list of entries about one person has all of them, and what check() gives for the heads."""
    proven = check(proof["log_proof"], key_text, None)
    entry, person, count, head = json.loads(proven[3]), uuid.UUID(proof["person"]), 0, bytes(32)
    details = entry["details"]
    need(entry["kind"] == "ledger.heads.published", "the entry does not publish the heads of all chains")
    sharded = proof["format"].endswith("2")
    need(("shard" in proof) == ("shards" in details) == sharded != ("tree" in details), "two versions are mixed")
    tree = shard_tree(proof["shard"], details["shards"], person.bytes) if sharded else details["tree"]
    value = keyed(proof["head"], tree, person.bytes)
    next_index = 0
    for link in proof["entries"]:
        commitment = bytes.fromhex(link["commitment"])
        need(next_index <= link["index"] < details["size"], "the list is not in the log's order")
        next_index = link["index"] + 1
        need((link["salt"] is None) == (link["body"] is None), "an entry has lost its salt or its text")
        if link["body"] is not None:
            opened = bytes.fromhex(link["salt"]) + link["body"].encode()
            need(hashlib.sha256(opened).digest() == commitment, "an entry in the list was altered")
            need(str(person) in json.loads(link["body"])["persons"], "an entry in the list is about others")
        count, head = count + 1, hashlib.sha256(head + commitment).digest()
    need((value or bytes(40)) == count.to_bytes(8, "big") + head, "the list leaves something out")
    return "The list is complete: %d entries about you among the first %d." % (count, details["size"]), proven

CHECKS = {
    "varde-membership-proof@v1": check_membership,
    "varde-completeness-proof@v1": check_completeness,
    "varde-completeness-proof@v2": check_completeness,
}

def main(arguments):
    if len(arguments) not in (2, 3):
        print(__doc__)
        return 2
    try:
        with open(arguments[0], "rb") as file:
            text = file.read().decode()
        key = arguments[1]
        if os.path.exists(key):
            with open(key, encoding="utf-8") as file:
                key = file.read()
        commitment = bytes.fromhex(arguments[2]) if len(arguments) == 3 else None
        if text.startswith("{"):
            proof = json.loads(text)
            need(proof.get("format") in CHECKS, "this is none of the proofs that this program knows")
            told, proven = CHECKS[proof["format"]](proof, key)
        else:
            told, proven = None, check(text, key, commitment)
        origin, index, size, entry = proven
    except (Wrong, ValueError, KeyError, TypeError, OverflowError) as problem:
        print("THE PROOF DOES NOT HOLD:", problem)
        return 1
    except OSError as problem:
        print("A file could not be read:", problem)
        return 2
    print("The proof holds. Entry %d is among the first %d entries of the log %s." % (index, size, origin))
    if told:
        print(told)
    if entry:
        print("The entry says:")
        print(json.dumps(json.loads(entry), indent=2, ensure_ascii=False))
    return 0

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
