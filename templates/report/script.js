// The page can be read without this: it finds rows in long tables, and neighbours in the graph.
'use strict';
for (const details of document.querySelectorAll('details')) {
  const rows = [...details.querySelectorAll('tbody tr')];
  if (rows.length < 15) continue;
  const search = document.createElement('input');
  search.type = 'search';
  search.placeholder = 'Find in ' + rows.length + ' rows';
  search.setAttribute('aria-label', search.placeholder);
  search.addEventListener('input', () => {
    const words = search.value.toLowerCase().split(/\s+/);
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
    }
  });
  details.querySelector('summary').after(search);
}
for (const graph of document.querySelectorAll('.graph')) {
  const boxes = new Map([...graph.querySelectorAll('.box')].map((box) => [box.dataset.at, box]));
  const edges = [...graph.querySelectorAll('.edge')];
  const pick = (box) => {
    graph.querySelectorAll('.near').forEach((it) => it.classList.remove('near'));
    graph.classList.toggle('picked', Boolean(box));
    if (!box) return;
    box.classList.add('near');
    for (const edge of edges) {
      const { from, to } = edge.dataset;
      if (from !== box.dataset.at && to !== box.dataset.at) continue;
      edge.classList.add('near');
      boxes.get(from === box.dataset.at ? to : from)?.classList.add('near');
    }
  };
  graph.addEventListener('pointerover', (event) => pick(event.target.closest('.box')));
  graph.addEventListener('click', (event) => pick(event.target.closest('.box')));
  graph.addEventListener('pointerleave', () => pick(null));
}
