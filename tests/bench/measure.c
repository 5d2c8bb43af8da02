/* measure - run a program and tell what it took
 *
 *     measure FILE PROGRAM [ARGUMENT ...]
 *
 * Writes to FILE: seconds elapsed, seconds of processor time, peak memory in
 * KiB, exit status (128 + n when a signal ended it).  A small program for
 * this, because a process that was forked from a large one counts as large.
 */
#include <errno.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double
seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

int
main(int argc, char **argv)
{
	struct rusage used;
	double begun;
	int status;
	FILE *to;
	pid_t pid;

	if (argc < 3 || (to = fopen(argv[1], "we")) == NULL) {
		fputs("usage: measure FILE PROGRAM [ARGUMENT ...]\n", stderr);
		return 64;
	}
	begun = now();
	pid = vfork();
	if (pid == 0) {
		execvp(argv[2], argv + 2);
		_exit(127);
	}
	close(STDIN_FILENO);		/* pipes are the program's alone */
	close(STDOUT_FILENO);
	while (pid < 0 || wait4(pid, &status, 0, &used) < 0)
		if (errno != EINTR) {
			perror("measure");
			return 71;
		}
	fprintf(to, "%.6f %.6f %ld %d\n", now() - begun,
	    seconds(used.ru_utime) + seconds(used.ru_stime), used.ru_maxrss,
	    WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
	    WEXITSTATUS(status));
	return fclose(to) == 0 ? 0 : 74;
}
