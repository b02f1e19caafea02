/** The other windows of a talk: their addresses, and how they are opened. */

import type { Lang } from "../../i18n/languages.ts";
import { href } from "../app/routes.ts";
import { useSettings } from "../store/settings.ts";
import type { Role } from "./channel.ts";

const FEATURES: Record<Role, string> = {
  audience: "popup,width=1280,height=720",
  notes: "popup,width=620,height=760",
};

/** Address of a follower's window, in a language of its own. */
export function addressOf(id: string, role: Role, lang: Lang): string {
  const address = new URL(location.href);
  address.searchParams.set("lang", lang);
  address.hash = `${href({ page: "present", id })}?${role}=1`;
  return address.href;
}

/** Opens a follower's window, or comes back to it; false when the browser held it back. */
export function openWindow(id: string, role: Role, lang: Lang): boolean {
  return window.open(addressOf(id, role, lang), `syncloop-${role}`, FEATURES[role]) !== null;
}

/** The language of this window alone: neither kept nor told to the others. */
export function setOwnLanguage(language: Lang): void {
  if (useSettings.getState().language === language) return;
  const address = new URL(location.href);
  address.searchParams.set("lang", language);
  history.replaceState(history.state, "", address);
  useSettings.setState({ language });
}
