/** The fake containerd: the runtime behind the CRI. */
export {};
