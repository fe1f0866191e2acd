//! The system-call filter, assembled by hand as classic BPF (linux/filter.h, linux/seccomp.h):
//! what a room never needs and an attacker would want is refused with EPERM.
//!
//! Namespaces hide the outside; the filter takes away the ways of making new namespaces, of
//! reaching kernel parts that namespaces do not cover (virtual-machine sockets, keyrings, BPF,
//! performance counters, io_uring) and of reading the kernel's log.

use libc::c_long;

const LOAD_WORD: u16 = 0x20;
const JUMP_EQUAL: u16 = 0x15;
const JUMP_GREATER_OR_EQUAL: u16 = 0x35;
const JUMP_ANY_BIT: u16 = 0x45;
const RETURN: u16 = 0x06;

const ALLOW: u32 = 0x7fff_0000;
const KILL: u32 = 0x8000_0000;
const ERROR: u32 = 0x0005_0000;

/// Offsets in `struct seccomp_data`.
const NUMBER: u32 = 0;
const ARCHITECTURE: u32 = 4;
const FIRST_ARGUMENT: u32 = 16;
const THIRD_ARGUMENT: u32 = 32;

/// AUDIT_ARCH_X86_64 and AUDIT_ARCH_AARCH64.
const AUDIT_ARCHITECTURE: u32 = if cfg!(target_arch = "aarch64") { 0xC000_00B7 } else { 0xC000_003E };
/// Numbers from here on are the x32 ABI, a second door to the same calls.
const X32: u32 = 0x4000_0000;
/// CLONE_NEWNS | NEWCGROUP | NEWUTS | NEWIPC | NEWUSER | NEWPID | NEWNET.
const NEW_NAMESPACES: u32 =
    0x0002_0000 | 0x0200_0000 | 0x0400_0000 | 0x0800_0000 | 0x1000_0000 | 0x2000_0000 | 0x4000_0000;

/// Refused whatever the arguments.
const REFUSED: &[c_long] = &[
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_open_tree,
    libc::SYS_move_mount,
    libc::SYS_fsopen,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fspick,
    libc::SYS_mount_setattr,
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_pidfd_getfd,
    libc::SYS_kcmp,
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_userfaultfd,
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_keyctl,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_syslog,
    libc::SYS_kexec_load,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_reboot,
    libc::SYS_swapon,
    libc::SYS_swapoff,
    libc::SYS_acct,
    libc::SYS_quotactl,
    libc::SYS_settimeofday,
    libc::SYS_clock_settime,
    libc::SYS_open_by_handle_at,
    libc::SYS_name_to_handle_at,
];

/// Socket families a room may use: Unix sockets, and IPv4 and IPv6 on the room's own loopback,
/// which notebook kernels talk over.
const SOCKET_FAMILIES: [u32; 3] = [libc::AF_UNIX as u32, libc::AF_INET as u32, libc::AF_INET6 as u32];

/// The filter as the bytes that bubblewrap's `--seccomp` reads.
pub(super) fn filter() -> Vec<u8> {
    let mut program = vec![
        load(ARCHITECTURE),
        step(JUMP_EQUAL, 1, 0, AUDIT_ARCHITECTURE),
        answer(KILL),
        load(NUMBER),
        step(JUMP_GREATER_OR_EQUAL, 0, 1, X32),
        answer(KILL),
    ];
    for &call in REFUSED {
        program.push(step(JUMP_EQUAL, 0, 1, number(call)));
        program.push(answer(ERROR | libc::EPERM as u32));
    }
    // glibc falls back to clone, whose flags the filter can see, when clone3 is not there.
    program.push(step(JUMP_EQUAL, 0, 1, number(libc::SYS_clone3)));
    program.push(answer(ERROR | libc::ENOSYS as u32));
    program.push(step(JUMP_EQUAL, 0, 4, number(libc::SYS_clone)));
    program.push(load(FIRST_ARGUMENT));
    program.push(step(JUMP_ANY_BIT, 0, 1, NEW_NAMESPACES));
    program.push(answer(ERROR | libc::EPERM as u32));
    program.push(answer(ALLOW));
    program.push(step(JUMP_EQUAL, 0, 8, number(libc::SYS_socket)));
    program.push(load(FIRST_ARGUMENT));
    program.push(step(JUMP_EQUAL, 6, 0, SOCKET_FAMILIES[0]));
    program.push(step(JUMP_EQUAL, 5, 0, SOCKET_FAMILIES[1]));
    program.push(step(JUMP_EQUAL, 4, 0, SOCKET_FAMILIES[2]));
    // Routing netlink tells a program about the interfaces of its own name space, which is the
    // room's loopback; notebook kernels ask it. The other kinds concern the machine.
    program.push(step(JUMP_EQUAL, 0, 2, libc::AF_NETLINK as u32));
    program.push(load(THIRD_ARGUMENT));
    program.push(step(JUMP_EQUAL, 1, 0, libc::NETLINK_ROUTE as u32));
    program.push(answer(ERROR | libc::EAFNOSUPPORT as u32));
    program.push(answer(ALLOW));
    program.into_iter().flatten().collect()
}

fn number(call: c_long) -> u32 {
    u32::try_from(call).unwrap_or(u32::MAX)
}

fn load(offset: u32) -> [u8; 8] {
    step(LOAD_WORD, 0, 0, offset)
}

fn answer(value: u32) -> [u8; 8] {
    step(RETURN, 0, 0, value)
}

/// One `struct sock_filter`: code, jump if true, jump if false, constant, in the machine's order.
fn step(code: u16, if_true: u8, if_false: u8, constant: u32) -> [u8; 8] {
    let mut out = [0; 8];
    out[..2].copy_from_slice(&code.to_ne_bytes());
    out[2] = if_true;
    out[3] = if_false;
    out[4..].copy_from_slice(&constant.to_ne_bytes());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs the filter as the kernel would, on one call.
    fn decide(number: c_long, argument: u32) -> u32 {
        decide_with(number, argument, 0)
    }

    fn decide_with(number: c_long, argument: u32, third: u32) -> u32 {
        let bytes = filter();
        let program: Vec<&[u8]> = bytes.chunks(8).collect();
        let (mut at, mut word) = (0usize, 0u32);
        loop {
            let instruction = program[at];
            let code = u16::from_ne_bytes([instruction[0], instruction[1]]);
            let constant = u32::from_ne_bytes(instruction[4..8].try_into().unwrap());
            let jump = |yes: bool| usize::from(if yes { instruction[2] } else { instruction[3] });
            at += 1;
            match code {
                LOAD_WORD => {
                    word = match constant {
                        NUMBER => super::number(number),
                        ARCHITECTURE => AUDIT_ARCHITECTURE,
                        FIRST_ARGUMENT => argument,
                        THIRD_ARGUMENT => third,
                        other => panic!("unexpected offset {other}"),
                    }
                }
                JUMP_EQUAL => at += jump(word == constant),
                JUMP_GREATER_OR_EQUAL => at += jump(word >= constant),
                JUMP_ANY_BIT => at += jump(word & constant != 0),
                RETURN => return constant,
                other => panic!("unexpected code {other}"),
            }
        }
    }

    #[test]
    fn every_listed_call_is_refused_and_ordinary_ones_pass() {
        for &call in REFUSED {
            assert_eq!(decide(call, 0), ERROR | libc::EPERM as u32, "call {call}");
        }
        for call in [libc::SYS_read, libc::SYS_openat, libc::SYS_execve, libc::SYS_futex, libc::SYS_setresuid] {
            assert_eq!(decide(call, 0), ALLOW);
        }
    }

    #[test]
    fn threads_and_forks_pass_but_new_namespaces_do_not() {
        assert_eq!(decide(libc::SYS_clone, libc::CLONE_VM as u32 | libc::CLONE_THREAD as u32), ALLOW);
        for flag in [libc::CLONE_NEWUSER, libc::CLONE_NEWNS, libc::CLONE_NEWNET, libc::CLONE_NEWPID] {
            assert_eq!(decide(libc::SYS_clone, flag as u32), ERROR | libc::EPERM as u32);
        }
        assert_eq!(decide(libc::SYS_clone3, 0), ERROR | libc::ENOSYS as u32);
    }

    #[test]
    fn only_loopback_and_unix_sockets_are_made() {
        for family in SOCKET_FAMILIES {
            assert_eq!(decide(libc::SYS_socket, family), ALLOW);
        }
        let netlink = |kind: i32| decide_with(libc::SYS_socket, libc::AF_NETLINK as u32, kind as u32);
        assert_eq!(netlink(libc::NETLINK_ROUTE), ALLOW);
        assert_eq!(netlink(libc::NETLINK_KOBJECT_UEVENT), ERROR | libc::EAFNOSUPPORT as u32);
        for family in [libc::AF_PACKET, libc::AF_VSOCK, libc::AF_ALG] {
            assert_eq!(decide(libc::SYS_socket, family as u32), ERROR | libc::EAFNOSUPPORT as u32);
        }
    }

    #[test]
    fn the_second_door_is_shut() {
        assert_eq!(decide(c_long::from(X32) + libc::SYS_read, 0), KILL);
    }
}
