import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // Engine tests are short and many: threads start faster than processes, and two fill the usual runner.
    pool: "threads",
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
