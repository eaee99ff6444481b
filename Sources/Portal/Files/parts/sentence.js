// Sentences of a series, out of the same marks as the drawing.

/** @param {Api.ChangeSeries} series @returns {Portal.Phrase} */
export function seriesSentence(series) {
  return series.notable.map((notable) => notable.text)
}
