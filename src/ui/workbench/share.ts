import type { T } from "../i18n.tsx";
import { toast } from "../parts/Toast.tsx";
import { world } from "../store/world.ts";

/** Copies the address of this page at this moment. */
export async function copyShareLink(t: T): Promise<void> {
  const address = new URL(location.href);
  const [path] = address.hash.split("?");
  address.hash = `${path}?at=${(world.getState().now / 1000).toFixed(1)}`;
  try {
    await navigator.clipboard.writeText(address.href);
    toast(t("ui.share.copied"));
  } catch {
    toast(t("ui.share.denied"));
  }
}
