interface LockedPackage {
  version?: string;
  resolved?: string;
  optionalDependencies?: Record<string, string>;
}

export function missingEntries(packages: Record<string, LockedPackage>): Map<string, { name: string }>;
