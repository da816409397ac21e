#pragma once

// The Linux calls that Swift's Glibc module does not show: it is built without _GNU_SOURCE and leaves out the headers
// of epoll, timerfd and eventfd. Each function forwards to the call it is named after and returns what that returns,
// except that failure is -errno, so that no caller has to read errno across the language border.

#include <spawn.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#ifdef __cplusplus
extern "C" {
#endif

/// What `clinux_epoll_wait` fills in: the events that hold, and the word given at registration.
struct clinux_ready {
  uint32_t events;
  uint64_t data;
};

static const uint32_t CLINUX_EPOLLIN = 0x001;
static const uint32_t CLINUX_EPOLLERR = 0x008;

/// A close-on-exec epoll instance.
int clinux_epoll_create(void);
/// Adds `fd`, level-triggered.
int clinux_epoll_add(int epoll, int fd, uint32_t events, uint64_t data);
/// Changes what `fd` is watched for.
int clinux_epoll_modify(int epoll, int fd, uint32_t events, uint64_t data);
/// Removes `fd`.
int clinux_epoll_remove(int epoll, int fd);
/// Waits `timeout_ms` at most (-1: for ever) and fills `ready`, at most 256 entries at once.
int clinux_epoll_wait(int epoll, struct clinux_ready *ready, int capacity, int timeout_ms);

/// A non-blocking, close-on-exec timer on CLOCK_BOOTTIME.
int clinux_timer_create(void);
/// Fires first at `first_ns` (absolute, CLOCK_BOOTTIME) and then each `interval_ns`.
int clinux_timer_set(int timer, int64_t first_ns, int64_t interval_ns);
/// How often the timer has fired since it was last read; 0 if not.
int64_t clinux_timer_read(int timer);
/// Nanoseconds of CLOCK_BOOTTIME, the clock that Swift's ContinuousClock reads.
int64_t clinux_boottime_ns(void);

/// A non-blocking, close-on-exec event counter.
int clinux_event_create(void);
/// Adds one. Never blocks.
int clinux_event_signal(int event);
/// Reads and resets; the count, or 0.
int64_t clinux_event_read(int event);
/// Sleeps until the event is signalled or `timeout_ms` has passed.
int clinux_event_wait(int event, int timeout_ms);

/// A non-blocking, close-on-exec UDP socket bound to `address`, with buffers of `buffer_bytes` each way.
int clinux_udp_bind(const struct sockaddr *address, socklen_t length, int buffer_bytes);
/// Receives one datagram without waiting; `from_length` in and out.
ssize_t clinux_receive(int fd, void *bytes, size_t capacity, struct sockaddr_storage *from, socklen_t *from_length);
/// Sends one datagram without waiting; `to` may be null on a connected socket.
ssize_t clinux_send(int fd, const void *bytes, size_t count, const struct sockaddr_storage *to, socklen_t to_length);
/// Fixes the peer of a UDP socket; a null `to` frees it again.
int clinux_udp_connect(int fd, const struct sockaddr_storage *to, socklen_t to_length);
/// The port a socket is bound to, in host order.
int clinux_local_port(int fd);
/// close(2).
int clinux_close(int fd);

/// The same as glibc's struct mmsghdr, which needs _GNU_SOURCE.
struct clinux_mmsghdr {
  struct msghdr msg_hdr;
  unsigned int msg_len;
};
/// recvmmsg(2), without waiting.
int clinux_recvmmsg(int fd, struct clinux_mmsghdr *messages, unsigned int count);
/// sendmmsg(2), without waiting.
int clinux_sendmmsg(int fd, struct clinux_mmsghdr *messages, unsigned int count);

/// Starts a thread that runs `body(context)` and stores its handle for `clinux_thread_join`.
int clinux_thread_start(uint64_t *thread, void (*body)(void *), void *context);
/// Waits for the thread's end.
int clinux_thread_join(uint64_t thread);
/// Names the calling thread; cut at 15 bytes.
int clinux_thread_name(const char *name);
/// Keeps the calling thread on one core.
int clinux_thread_pin(int core);
/// Gives the calling thread SCHED_FIFO at `priority` (1 to 99); needs CAP_SYS_NICE.
int clinux_thread_fifo(int priority);
/// Asks for timer slack of `nanoseconds` for the calling thread, so that short sleeps end on time.
int clinux_thread_timer_slack(unsigned long nanoseconds);
/// CPU time the calling thread has used, in nanoseconds.
int64_t clinux_thread_cpu_ns(void);
/// The kernel's ephemeral port range; 0, or -errno when it can't be read.
int clinux_ephemeral_ports(int *low, int *high);

/// Makes the process another user's, for good, with that user's groups. Of root's powers the one to open ports below
/// 1024 stays with the calling thread and those it starts, and no program that is run gets more. To be called while
/// there is no other thread.
int clinux_become_user(const char *name, uid_t user, gid_t group);

/// Makes a program to be spawned start with no descriptor from `first` on.
int clinux_spawn_close_from(posix_spawn_file_actions_t *actions, int first);

/// Marks code that must not block or allocate. Nothing, unless the program is linked with the realtime sanitizer.
void clinux_realtime_enter(void);
/// Ends what `clinux_realtime_enter` began.
void clinux_realtime_exit(void);

#ifdef __cplusplus
}
#endif
