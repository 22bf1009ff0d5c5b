/*
 * A disk that fails at the Nth write, for tests. Loaded before libc (LD_PRELOAD), it stands in for the calls with which SQLite's unix VFS
 * changes files. Only files whose path begins with the armed prefix are concerned; everything else goes through.
 *
 *   disk_arm(prefix, n, error, lasting)  from now on count; the nth call fails with errno `error`, and with `lasting` all later ones
 *   disk_watch(prefix, folder)           from now on keep, before each call, what a process killed there would leave: folder/N, N-journal, N-wal
 *   disk_disarm()                        stop; gives the number of calls counted
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static char prefix[4096], folder[4096];
static long count, fail_at;
static int error_number, lasts, armed;

static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static ssize_t (*real_write)(int, const void *, size_t);
static int (*real_truncate)(int, off_t);
static int (*real_sync)(int);
static int (*real_unlink)(const char *);

__attribute__((constructor)) static void find(void) {
  real_pwrite = dlsym(RTLD_NEXT, "pwrite");
  real_write = dlsym(RTLD_NEXT, "write");
  real_truncate = dlsym(RTLD_NEXT, "ftruncate");
  real_sync = dlsym(RTLD_NEXT, "fdatasync");
  real_unlink = dlsym(RTLD_NEXT, "unlink");
}

static void copy_file(const char *suffix) {
  char from[8300], to[8300], block[65536];
  snprintf(from, sizeof from, "%s%s", prefix, suffix);
  snprintf(to, sizeof to, "%s/%ld%s", folder, count, suffix);
  int in = open(from, O_RDONLY);
  if (in < 0) return;
  int out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  for (ssize_t n; (n = read(in, block, sizeof block)) > 0;) real_write(out, block, n);
  close(in);
  close(out);
}

/* 1 when the call that is about to be made must fail. */
static int fails(const char *path) {
  /* What a file of shared memory holds is made anew after a crash. */
  size_t length = strlen(path);
  if (strncmp(path, prefix, strlen(prefix)) != 0 || (length > 4 && strcmp(path + length - 4, "-shm") == 0)) return 0;
  count++;
  if (folder[0]) {
    armed = 0;
    copy_file("");
    copy_file("-journal");
    copy_file("-wal");
    armed = 1;
    return 0;
  }
  if (count == fail_at || (lasts && count > fail_at)) {
    errno = error_number;
    return 1;
  }
  return 0;
}

static int fails_at(int fd) {
  char link[64], path[4096];
  if (!armed) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = readlink(link, path, sizeof path - 1);
  if (n < 0) return 0;
  path[n] = 0;
  return fails(path);
}

void disk_arm(const char *path, int n, int error, int lasting) {
  snprintf(prefix, sizeof prefix, "%s", path);
  folder[0] = 0;
  count = 0, fail_at = n, error_number = error, lasts = lasting, armed = 1;
}

void disk_watch(const char *path, const char *into) {
  snprintf(prefix, sizeof prefix, "%s", path);
  snprintf(folder, sizeof folder, "%s", into);
  count = 0, fail_at = 0, armed = 1;
}

int disk_disarm(void) {
  armed = 0;
  return (int)count;
}

ssize_t pwrite(int fd, const void *data, size_t n, off_t at) { return fails_at(fd) ? -1 : real_pwrite(fd, data, n, at); }
ssize_t pwrite64(int fd, const void *data, size_t n, off_t at) { return pwrite(fd, data, n, at); }
ssize_t write(int fd, const void *data, size_t n) { return fails_at(fd) ? -1 : real_write(fd, data, n); }
int ftruncate(int fd, off_t n) { return fails_at(fd) ? -1 : real_truncate(fd, n); }
int ftruncate64(int fd, off_t n) { return ftruncate(fd, n); }
int fdatasync(int fd) { return fails_at(fd) ? -1 : real_sync(fd); }
int fsync(int fd) { return fails_at(fd) ? -1 : real_sync(fd); }
int unlink(const char *path) { return armed && fails(path) ? -1 : real_unlink(path); }
