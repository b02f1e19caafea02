/** Image store of a node: what containerd keeps, resolves and pulls. */
export {};
