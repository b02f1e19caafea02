/** A lesson's page to read: its stage and mini-stages come to life. Without scripts the page is whole, too. */
const { lesson, lang } = document.body.dataset;
if (lesson !== undefined && lang !== undefined) {
  const { bringToLife } = await import("./live.tsx");
  await bringToLife(lesson, lang);
}

export {};
