export function findBrowser(): string | undefined;
export function findAnyBrowser(): Promise<string | undefined>;
