"""Ways out of a project room, tried one by one. Standard library only.

Run with a JSON object of fixtures as the only argument. Prints one JSON object a line:
{"way": name, "out": bool, "said": text}. "out" means the way led outside. The same script runs
inside a room, where every way must fail, and outside, where the fixtures make most succeed: that
shows that the probe would notice an escape.
"""

import ctypes
import json
import os
import signal
import socket
import struct
import subprocess
import sys

FIXTURES = json.loads(sys.argv[1])
LIBC = ctypes.CDLL(None, use_errno=True)
WAYS = []


def way(function):
    WAYS.append(function)
    return function


def syscall(number, *arguments):
    ctypes.set_errno(0)
    answer = LIBC.syscall(number, *arguments)
    if answer < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return answer


def greets(family, address):
    """Connects and reads the fixture's greeting."""
    with socket.socket(family, socket.SOCK_STREAM) as connection:
        connection.settimeout(3)
        connection.connect(address)
        return connection.recv(16) == b"outside"


def in_child(action):
    """Runs the action in a forked child: what it changes about itself dies with it."""
    pid = os.fork()
    if pid == 0:
        try:
            os._exit(0 if action() else 1)
        except BaseException:
            os._exit(2)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


# The network.


@way
def tcp_to_the_machines_loopback():
    return greets(socket.AF_INET, ("127.0.0.1", FIXTURES["tcp_port"]))


@way
def tcp_to_the_machines_own_address():
    return greets(socket.AF_INET, (FIXTURES["own_address"], FIXTURES["any_port"]))


@way
def tcp_over_ipv6():
    return greets(socket.AF_INET6, ("::1", FIXTURES["tcp6_port"]))


@way
def udp_name_server():
    query = b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x07example\x03org\x00\x00\x01\x00\x01"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as connection:
        connection.settimeout(2)
        connection.sendto(query, ("127.0.0.1", FIXTURES["udp_port"]))
        return connection.recv(512)[:2] == b"\x12\x34"


@way
def name_lookup():
    return bool(socket.getaddrinfo("example.org", 80))


@way
def cloud_metadata_address():
    with socket.create_connection(("169.254.169.254", 80), timeout=2):
        return True


@way
def public_address():
    with socket.create_connection(("192.0.2.1", 443), timeout=2):
        return True


@way
def a_route_to_anywhere():
    with open("/proc/net/route") as routes:
        return any(len(line.split()) > 1 and line.split()[0] != "Iface" for line in routes)


@way
def an_interface_beside_loopback():
    return any(name != "lo" for _, name in socket.if_nameindex())


@way
def raw_socket():
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP):
        return True


@way
def packet_socket():
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0):
        return True


@way
def the_machines_device_events():
    uevents = 15
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, uevents):
        return True


@way
def virtual_machine_socket():
    with socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM):
        return True


# Sockets of other programs.


@way
def abstract_unix_socket():
    return greets(socket.AF_UNIX, "\0" + FIXTURES["abstract"])


@way
def unix_socket_of_another_program():
    return greets(socket.AF_UNIX, FIXTURES["unix"])


@way
def database_socket():
    return any(name.startswith(".s.PGSQL") for name in os.listdir(FIXTURES["database"]))


# Files.


@way
def another_rooms_files():
    return "secret" in open(FIXTURES["other_room"]).read()


@way
def the_machines_users():
    return "root:" in open("/etc/passwd").read()


@way
def the_machines_name():
    return open("/etc/hostname").read().strip() != ""


@way
def roots_home():
    return os.listdir("/root") is not None


@way
def the_machines_logs_and_state():
    return bool(os.listdir("/var/lib/dpkg"))


@way
def writing_to_usr():
    path = "/usr/.varde-escape-probe"
    open(path, "w").close()
    os.unlink(path)
    return True


@way
def writing_to_the_extract():
    open(FIXTURES["extract"], "a").close()
    return True


@way
def adding_to_the_extract():
    path = os.path.join(os.path.dirname(FIXTURES["extract"]), "added")
    open(path, "w").close()
    os.unlink(path)
    return True


@way
def writing_to_the_root_folder():
    path = "/.varde-escape-probe"
    open(path, "w").close()
    os.unlink(path)
    return True


@way
def walking_up_from_the_working_folder():
    return os.path.exists(os.path.join(FIXTURES["work"], "../" * 12, FIXTURES["other_room"].lstrip("/")))


@way
def walking_up_from_an_open_file():
    folder = os.open(FIXTURES["work"], os.O_RDONLY | os.O_DIRECTORY)
    try:
        return os.path.exists(f"/proc/self/fd/{folder}/" + "../" * 12 + FIXTURES["other_room"].lstrip("/"))
    finally:
        os.close(folder)


@way
def through_the_first_process():
    return "root:" in open("/proc/1/root/etc/passwd").read()


@way
def a_link_in_the_outbox():
    link = os.path.join(FIXTURES["outbox"], "link")
    if os.path.lexists(link):
        os.unlink(link)
    os.symlink("/etc/passwd", link)
    return "root:" in open(link).read()


@way
def file_handles():
    handle = ctypes.create_string_buffer(struct.pack("Ii", 128, 0) + b"\0" * 128)
    mount = ctypes.c_int()
    number = {"x86_64": 303, "aarch64": 264}[os.uname().machine]
    syscall(number, -100, b"/usr", handle, ctypes.byref(mount), 0)
    return True


# Other processes.


@way
def seeing_another_process():
    return os.path.isdir(f"/proc/{FIXTURES['pid']}/fd") and "varde-escape" in open(f"/proc/{FIXTURES['pid']}/cmdline").read()


@way
def signalling_another_process():
    os.kill(FIXTURES["pid"], 0)
    return "varde-escape" in open(f"/proc/{FIXTURES['pid']}/cmdline").read()


@way
def tracing_a_process():
    child = os.fork()
    if child == 0:
        signal.pause()
        os._exit(0)
    try:
        attach, detach = 16, 17
        number = {"x86_64": 101, "aarch64": 117}[os.uname().machine]
        syscall(number, attach, child, 0, 0)
        os.waitpid(child, 0)
        syscall(number, detach, child, 0, 0)
        return True
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


@way
def the_first_processes_environment():
    return FIXTURES["secret"] in open("/proc/1/environ").read() + " ".join(os.environ.values())


@way
def secrets_in_the_environment():
    return FIXTURES["secret"] in os.environ.values()


@way
def inherited_files():
    found = []
    for name in os.listdir("/proc/self/fd"):
        try:
            target = os.readlink(f"/proc/self/fd/{name}")
        except OSError:
            continue
        if int(name) > 2 and not target.startswith("/proc/"):
            found.append(f"{name} -> {target}")
    return ", ".join(found)


# Rights and the kernel.


@way
def becoming_root():
    return in_child(lambda: (os.setresuid(0, 0, 0), True)[1])


@way
def programs_that_change_user():
    with open("/proc/self/status") as status:
        lines = status.read()
    return "NoNewPrivs:\t0" in lines


@way
def any_capability():
    with open("/proc/self/status") as status:
        return any(line.startswith(("CapEff", "CapPrm")) and int(line.split()[1], 16) for line in status)


@way
def mounting():
    def mount():
        return LIBC.mount(b"none", b"/tmp", b"tmpfs", 0, None) == 0 and LIBC.umount(b"/tmp") == 0

    # In a mount name space of its own, so that the machine is left alone where it succeeds.
    return in_child(lambda: LIBC.unshare(0x00020000) == 0 and LIBC.mount(None, b"/", None, 0x44000, None) == 0 and mount())


@way
def a_user_name_space_of_its_own():
    return in_child(lambda: LIBC.unshare(0x10000000) == 0)


@way
def a_user_name_space_by_clone():
    number = {"x86_64": 56, "aarch64": 220}[os.uname().machine]
    pid = syscall(number, 0x10000000 | signal.SIGCHLD, 0, 0, 0, 0)
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return True


@way
def changing_the_root_folder():
    return in_child(lambda: (os.chroot("/usr"), True)[1])


@way
def entering_a_name_space():
    return in_child(lambda: LIBC.setns(os.open("/proc/1/ns/net", os.O_RDONLY), 0) == 0)


@way
def making_a_device():
    path = os.path.join(FIXTURES["work"], "device")
    os.mknod(path, 0o20600, os.makedev(1, 5))
    os.unlink(path)
    return True


@way
def block_devices():
    return any(name.startswith(("vd", "sd", "nvme", "loop", "mem", "kmsg")) for name in os.listdir("/dev"))


@way
def kernel_log():
    buffer = ctypes.create_string_buffer(4096)
    answer = LIBC.klogctl(3, buffer, 4096)
    if answer < 0:
        raise OSError(ctypes.get_errno(), "klogctl")
    return True


@way
def kernel_memory():
    with open("/proc/kcore", "rb") as kernel:
        return kernel.read(4) == b"\x7fELF"


@way
def kernel_command_line():
    return open("/proc/cmdline").read().strip() != ""


@way
def kernel_settings():
    path = "/proc/sys/vm/swappiness"
    value = open(path).read()
    with open(path, "w") as setting:
        setting.write(value)
    return True


@way
def kernel_keyrings():
    number = {"x86_64": 248, "aarch64": 217}[os.uname().machine]
    syscall(number, b"user", b"varde-escape-probe", b"x", 1, -2)
    return True


@way
def kernel_programs():
    number = {"x86_64": 321, "aarch64": 280}[os.uname().machine]
    attribute = ctypes.create_string_buffer(struct.pack("IIII", 2, 4, 4, 1) + b"\0" * 112)
    os.close(syscall(number, 0, attribute, 128))
    return True


@way
def io_rings():
    parameters = ctypes.create_string_buffer(120)
    os.close(syscall(425, 4, parameters))
    return True


@way
def performance_counters():
    number = {"x86_64": 298, "aarch64": 241}[os.uname().machine]
    attribute = ctypes.create_string_buffer(struct.pack("IIQ", 1, 112, 0) + b"\0" * 96)
    os.close(syscall(number, attribute, 0, -1, -1, 0))
    return True


@way
def control_groups():
    path = "/sys/fs/cgroup"
    found = [os.path.join(path, name) for name in os.listdir(path)]
    folder = next(f for f in found if os.path.exists(os.path.join(f, "cgroup.procs")))
    made = os.path.join(folder, "varde-escape-probe")
    os.mkdir(made)
    os.rmdir(made)
    return True


@way
def a_higher_priority():
    return in_child(lambda: (os.setpriority(os.PRIO_PROCESS, 0, -10), True)[1])


@way
def the_machines_clock():
    number = {"x86_64": 227, "aarch64": 112}[os.uname().machine]
    import time

    now = time.clock_gettime(time.CLOCK_REALTIME)
    syscall(number, 0, ctypes.create_string_buffer(struct.pack("qq", int(now), int(now % 1 * 1e9))))
    return True


@way
def the_machines_host_name():
    return in_child(lambda: LIBC.sethostname(socket.gethostname().encode(), len(socket.gethostname())) == 0)


# More than the room's share.


@way
def more_memory_than_allowed():
    script = (
        "import mmap, sys\n"
        "m = mmap.mmap(-1, int(sys.argv[1]))\n"
        "for at in range(0, len(m), 4096): m[at] = 1\n"
    )
    return subprocess.run([sys.executable, "-c", script, str(FIXTURES["too_much_memory"])], capture_output=True).returncode == 0


@way
def more_processes_than_allowed():
    children = []
    try:
        for _ in range(FIXTURES["too_many_processes"]):
            child = os.fork()
            if child == 0:
                signal.pause()
                os._exit(0)
            children.append(child)
        return True
    finally:
        for child in children:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


@way
def a_larger_file_than_allowed():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    path = os.path.join(FIXTURES["work"], "large")
    with open(path, "wb") as file:
        file.truncate(FIXTURES["too_large_file"])
    os.unlink(path)
    return True


@way
def more_shared_memory_than_allowed():
    path = "/dev/shm/varde-escape-probe"
    try:
        with open(path, "wb") as file:
            for _ in range(FIXTURES["too_much_scratch"] >> 20):
                file.write(b"x" * (1 << 20))
        return True
    finally:
        os.unlink(path)


def main():
    for attempt in WAYS:
        try:
            answer = attempt()
            out, said = bool(answer), answer if isinstance(answer, str) else ""
        except (OSError, LookupError, ValueError, StopIteration, socket.timeout) as error:
            out, said = False, f"{type(error).__name__}: {error}"
        print(json.dumps({"way": attempt.__name__, "out": out, "said": said}), flush=True)


main()
