/** Scenario files of this site by name, as text; each is fetched when it is opened. */
const SCENARIOS = import.meta.glob<string>("../../../lessons/scenarios/*.yaml", {
  query: "?raw",
  import: "default",
});

/** The text of a scenario, or undefined where there is none of that name. */
export async function scenarioText(name: string): Promise<string | undefined> {
  return Object.entries(SCENARIOS).find(([path]) => path.endsWith(`/${name}.yaml`))?.[1]();
}
