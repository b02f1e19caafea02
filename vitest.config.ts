import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // Processes, not threads: the native parser that some tests load does not survive the end of a thread.
    pool: "forks",
    // Some tests run whole worlds; on a busy machine that takes its time, and time is not what they check.
    testTimeout: 60_000,
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          environment: "node",
          include: ["src/**/*.test.ts", "scripts/**/*.test.ts"],
        },
      },
    ],
  },
});
