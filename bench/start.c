/* start.c - a process from nothing to one derivative on its output, beside
 * other programs that start.
 *
 *     bench/start [MATDIFF]        (./matdiff unless given) */
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>


#include "bench.h"

extern char **environ;

enum { RUNS = 201 };

static double wall_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* One run in seconds; negative when it cannot be run. */
static double run_once(char *const *argv, posix_spawn_file_actions_t *quiet)
{
    pid_t child;
    int status = 0;
    double start = wall_seconds();
    if (posix_spawnp(&child, argv[0], quiet, NULL, argv, environ) ||
        waitpid(child, &status, 0) < 0)
        return -1;
    double seconds = wall_seconds() - start;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? seconds : -1;
}

static void show(const char *title, char *const *argv)
{
    static double times[RUNS];
    posix_spawn_file_actions_t quiet;
    posix_spawn_file_actions_init(&quiet);
    posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null",
                                     O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&quiet, STDERR_FILENO, "/dev/null",
                                     O_WRONLY, 0);
    bool there = true;
    for (int i = 0; i < RUNS && there; i++) {
        times[i] = run_once(argv, &quiet);
        there = times[i] >= 0;
    }
    posix_spawn_file_actions_destroy(&quiet);
    if (!there) {
        printf("%-34s %10s\n", title, "absent");
        return;
    }
    double median = bench_median(times, RUNS);
    printf("%-34s %10.2f %10.2f\n", title, median * 1e3, times[0] * 1e3);
}

int main(int argc, char **argv)
{
    char *matdiff = argc > 1 ? argv[1] : "./matdiff";
    printf("a process, %d runs\n%-34s %10s %10s\n", RUNS, "", "median ms",
           "least ms");
    show("true (what any process costs)", (char *[]){"true", NULL});
    show("matdiff --version", (char *[]){matdiff, "--version", NULL});
    show("matdiff derive, unverified",
         (char *[]){matdiff, "derive", "--no-verify", "x'*A*x", "x", NULL});
    show("matdiff derive, verified",
         (char *[]){matdiff, "derive", "x'*A*x", "x", NULL});
    show("lua -e 'print(1)'", (char *[]){"lua", "-e", "print(1)", NULL});
    show("jq -n 1", (char *[]){"jq", "-n", "1", NULL});
    return 0;
}
