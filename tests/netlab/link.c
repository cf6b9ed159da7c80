// Emulates a long line between two hosts. It joins two network namespaces by a pair of TAP devices, and treats the
// frames between them like a slow, long or lossy line. `tc netem` does the same, but many kernels lack it.
//
//   link [-d milliseconds] [-l percent] [-r bytes/s] [-q bytes] [-s seed] NAMESPACE/DEVICE NAMESPACE/DEVICE
//
// Each way, a frame
//   1. is lost with the probability given by -l;
//   2. waits until the earlier frames have been sent at the rate given by -r, or is dropped if -q bytes wait
//      already;
//   3. takes the time given by -d. Frames leave in the order in which they came.
//
// Prints `ready` once both devices exist. They are down and have no address: the caller sets them up, and ends this
// program by SIGTERM, which removes them.
//
// For each line of input, prints a line with the counts of the frames since the start, of the first end and of the
// second:
//
//   [{"frames":120,"lost":1,"dropped":3},{"frames":80,"lost":0,"dropped":0}]
//
// It uses TAP and not TUN, since a TAP device can be a port of a bridge. So its host shares multicast with the others,
// which browsers need to resolve the names in ICE candidates.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <math.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum {
  // Ethernet's header and an MTU of 1500, with room to notice larger frames.
  FRAME_MAX = 2048,
  // Frames taken from one device before the other device's turn, and before the next check for due frames.
  BATCH = 64,
  // The browsers at both ends may use every core. A link that waits for a core would be too slow.
  NICENESS = -10,
};

static const int64_t SECOND = 1000000000; // ns
static const int64_t MILLISECOND = 1000000; // ns

struct frame {
  struct frame *next;
  int64_t leaves; // ns of the monotonic clock
  size_t length;
  unsigned char bytes[];
};

// One way of the link.
struct way {
  int from;
  int to;
  uint64_t random;
  int64_t free_at; // when the line will have sent all admitted frames; only with a rate
  size_t held;     // bytes of all frames in the list, with their overhead
  uint64_t frames; // that came in; among them
  uint64_t lost;   // by -l
  uint64_t dropped; // because the queue was full
  struct frame *first;
  struct frame **end;
};

// The settings of both ways.
static struct {
  int64_t delay;  // ns
  double loss;    // 0 to 1
  double rate;    // bytes/s; 0: no limit
  double queue;   // bytes that may wait for the line; without a rate, bytes that may be in flight
  uint64_t seed;
} settings = { .queue = 64 * 1024 * 1024, .seed = 1 };

static void fail(const char *what, const char *which) {
  fprintf(stderr, "link: %s %s: %s\n", what, which, strerror(errno));
  exit(EXIT_FAILURE);
}

static void refuse(const char *why, const char *given) {
  fprintf(stderr, "link: %s: %s\n", why, given);
  fprintf(stderr, "usage: link [-d milliseconds] [-l percent] [-r bytes/s] [-q bytes] [-s seed] "
                  "NAMESPACE/DEVICE NAMESPACE/DEVICE\n");
  exit(EXIT_FAILURE);
}

static int64_t now(void) {
  struct timespec time;
  if (clock_gettime(CLOCK_MONOTONIC, &time) != 0) fail("can't read", "the clock");
  return time.tv_sec * SECOND + time.tv_nsec;
}

// Draws from 0 to less than 1 by xorshift64*, so that the same seed loses the same frames.
static double draw(uint64_t *state) {
  *state ^= *state >> 12;
  *state ^= *state << 25;
  *state ^= *state >> 27;
  return (double)((*state * 0x2545f4914f6cdd1dU) >> 11) / 9007199254740992.0; // 2^53
}

// Opens a namespace that `ip netns` has made, or this process's own.
static int open_namespace(const char *name) {
  char path[512];
  const char *folder = name == NULL ? "/proc/self/ns" : "/run/netns";
  snprintf(path, sizeof path, "%s/%s", folder, name == NULL ? "net" : name);
  int namespace = open(path, O_RDONLY | O_CLOEXEC);
  if (namespace < 0) fail("can't open", path);
  return namespace;
}

static void enter(int namespace, const char *name) {
  if (setns(namespace, CLONE_NEWNET) != 0) fail("can't enter", name);
}

// Makes a device in a namespace, given as NAMESPACE/DEVICE. It lasts as long as this process.
static int create_device(const char *place) {
  char name[256];
  if (snprintf(name, sizeof name, "%s", place) >= (int)sizeof name) refuse("too long", place);
  char *device = strchr(name, '/');
  if (device == NULL) refuse("not NAMESPACE/DEVICE", place);
  *device++ = '\0';
  if (*device == '\0' || strlen(device) >= IFNAMSIZ) refuse("no name for a device", place);

  int namespace = open_namespace(name);
  enter(namespace, name);
  close(namespace);
  // A device belongs to the namespace in which this file is opened.
  int file = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (file < 0) fail("can't open", "/dev/net/tun");
  struct ifreq request = { .ifr_flags = IFF_TAP | IFF_NO_PI };
  memcpy(request.ifr_name, device, strlen(device));
  if (ioctl(file, TUNSETIFF, &request) != 0) fail("can't create", place);
  return file;
}

// Decides whether a frame is lost or dropped, or when it leaves.
static void admit(struct way *way, const unsigned char *bytes, size_t length, int64_t time) {
  way->frames++;
  if (settings.loss > 0 && draw(&way->random) < settings.loss) {
    way->lost++;
    return;
  }
  int64_t leaves = time + settings.delay;
  if (settings.rate > 0) {
    if (way->free_at < time) way->free_at = time;
    double waiting = (double)(way->free_at - time) * settings.rate / (double)SECOND;
    if (waiting + (double)length > settings.queue) {
      way->dropped++;
      return;
    }
    way->free_at += (int64_t)((double)length * (double)SECOND / settings.rate);
    leaves = way->free_at + settings.delay;
  } else if ((double)(way->held + sizeof(struct frame) + length) > settings.queue) {
    way->dropped++;
    return;
  }
  struct frame *frame = malloc(sizeof *frame + length);
  if (frame == NULL) fail("no memory for", "a frame");
  *frame = (struct frame){ .leaves = leaves, .length = length };
  memcpy(frame->bytes, bytes, length);
  way->held += sizeof *frame + length;
  *way->end = frame;
  way->end = &frame->next;
}

// Takes in frames from a host. Returns whether there may be more.
static bool take_in(struct way *way) {
  unsigned char bytes[FRAME_MAX];
  int64_t time = now();
  for (int count = 0; count < BATCH; count++) {
    ssize_t length = read(way->from, bytes, sizeof bytes);
    if (length < 0 && errno == EAGAIN) return false;
    if (length < 0 && errno == EINTR) continue;
    if (length < 0) fail("can't read from", "a device");
    admit(way, bytes, (size_t)length, time);
  }
  return true;
}

// Hands due frames over to the other host.
static void hand_over(struct way *way) {
  int64_t time = now();
  while (way->first != NULL && way->first->leaves <= time) {
    struct frame *frame = way->first;
    // If the device is down or its host has no room, the frame is lost, as with an unplugged cable.
    if (write(way->to, frame->bytes, frame->length) < 0 && errno != EIO && errno != ENOBUFS &&
        errno != EAGAIN && errno != EINTR)
      fail("can't write to", "a device");
    way->held -= sizeof *frame + frame->length;
    way->first = frame->next;
    if (way->first == NULL) way->end = &way->first;
    free(frame);
  }
}

static void say(const char *line) {
  if (puts(line) < 0 || fflush(stdout) != 0) fail("can't write to", "the output");
}

static void tell_counts(const struct way *ways) {
  char line[256];
  char *end = line;
  for (int index = 0; index < 2; index++) {
    const struct way *way = &ways[index];
    end += snprintf(end, sizeof line - (size_t)(end - line), "%c{\"frames\":%ju,\"lost\":%ju,\"dropped\":%ju}",
                    index == 0 ? '[' : ',', (uintmax_t)way->frames, (uintmax_t)way->lost, (uintmax_t)way->dropped);
  }
  snprintf(end, sizeof line - (size_t)(end - line), "]");
  say(line);
}

// Answers each line of the input. Returns whether there may be more.
static bool answer(const struct way *ways) {
  char asked[64];
  ssize_t length = read(STDIN_FILENO, asked, sizeof asked);
  if (length < 0 && errno == EINTR) return true;
  if (length < 0) fail("can't read from", "the input");
  for (ssize_t index = 0; index < length; index++)
    if (asked[index] == '\n') tell_counts(ways);
  return length > 0;
}

// Waits for an incoming frame, for the time when a frame is due, or for a line of input.
static void wait_for_frame(const struct way *ways) {
  static bool listens = true;
  int64_t due = INT64_MAX;
  struct pollfd files[3];
  for (int index = 0; index < 2; index++) {
    files[index] = (struct pollfd){ .fd = ways[index].from, .events = POLLIN };
    if (ways[index].first != NULL && ways[index].first->leaves < due) due = ways[index].first->leaves;
  }
  int64_t left = due - now();
  if (left < 0) left = 0;
  struct timespec timeout = { .tv_sec = left / SECOND, .tv_nsec = left % SECOND };
  // poll ignores a negative file.
  files[2] = (struct pollfd){ .fd = listens ? STDIN_FILENO : -1, .events = POLLIN };
  int ready = ppoll(files, 3, due == INT64_MAX ? NULL : &timeout, NULL);
  if (ready < 0 && errno != EINTR) fail("can't wait for", "the devices");
  if (ready > 0 && files[2].revents != 0) listens = answer(ways);
}

static double number(char option, const char *given, double most) {
  char *end;
  double value = strtod(given, &end);
  char why[] = "no value for -?";
  why[sizeof why - 2] = option;
  if (end == given || *end != '\0' || !isfinite(value) || value < 0 || value > most)
    refuse(why, given);
  return value;
}

static void read_options(int argc, char **argv) {
  int option;
  while ((option = getopt(argc, argv, "d:l:r:q:s:")) != -1) {
    switch (option) {
    case 'd':
      settings.delay = (int64_t)(number('d', optarg, 1e6) * (double)MILLISECOND);
      break;
    case 'l':
      settings.loss = number('l', optarg, 100) / 100;
      break;
    case 'r':
      settings.rate = number('r', optarg, 1e12);
      break;
    case 'q':
      settings.queue = number('q', optarg, 1e12);
      break;
    case 's':
      settings.seed = (uint64_t)number('s', optarg, UINT32_MAX);
      break;
    default:
      refuse("bad option", argv[optind - 1]);
    }
  }
  if (argc - optind != 2) refuse("two ends are needed, given", argc > optind ? argv[optind] : "none");
}

int main(int argc, char **argv) {
  read_options(argc, argv);
  // Ends with the parent, in case the tests are killed.
  if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0) fail("can't ask for", "the end of the parent");
  // Without permission for this, the link still works.
  (void)setpriority(PRIO_PROCESS, 0, NICENESS);

  int home = open_namespace(NULL);
  int devices[2];
  for (int index = 0; index < 2; index++) devices[index] = create_device(argv[optind + index]);
  // Leave both hosts' namespaces: ending all programs of a host must not end its cable.
  enter(home, "its own namespace");

  struct way ways[2];
  for (int index = 0; index < 2; index++) {
    // Each way has random numbers of its own, so that their interleaving doesn't matter. The number is odd, since
    // xorshift never leaves 0.
    uint64_t random = (2 * settings.seed + (uint64_t)index) * 0x9e3779b97f4a7c15U | 1;
    ways[index] = (struct way){ .from = devices[index], .to = devices[1 - index], .random = random };
    ways[index].end = &ways[index].first;
  }
  say("ready");

  for (;;) {
    bool more = false;
    for (int index = 0; index < 2; index++) {
      more = take_in(&ways[index]) || more;
      hand_over(&ways[index]);
    }
    if (!more) wait_for_frame(ways);
  }
}
