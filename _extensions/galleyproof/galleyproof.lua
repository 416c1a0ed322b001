-- What Quarto does not do by itself. Plain pandoc Lua, so that it runs in pandoc and in
-- Quarto alike.

-- Word cannot show SVG without a converter: take the PNG that is kept beside each figure.
local function png_for_word(image)
  if FORMAT:match("docx") then
    image.src = image.src:gsub("%.svg$", ".png")
    return image
  end
end

-- The cards of the numbers. While chapters run, each printed value writes what it knows
-- into a journal and leaves the name of that entry on its span. Here the entries of a page
-- are gathered into one script element, which `cards.js` reads.

local ATTRIBUTE = "data-galley"
local JOURNAL = ".galley/printed.jsonl"
local STATUSES = {
  confirmed = { mark = "", meaning = "read in the original publication" },
  ["source article only"] = { mark = "†", meaning = "stands only in the source article" },
  reconstructed = {
    mark = "‡", meaning = "unique whole numbers behind the printed percentages" },
  derived = { mark = "§", meaning = "computed in this edition" },
}

local function project_file(path)
  local root = quarto and quarto.project and quarto.project.directory or "."
  return pandoc.path.join({ root, path })
end

local function contents(path)
  local file = io.open(project_file(path), "rb")
  if not file then return nil end
  local text = file:read("a")
  file:close()
  return text
end

-- All entries of the journal by name, or nothing where no chapter wrote one. The last
-- line of a process that was killed may be cut short: it is passed over.
local function journal()
  local text = contents(JOURNAL)
  if not text then return nil end
  local known = { values = {}, cells = {}, studies = {}, printouts = {}, claims = {} }
  for line in text:gmatch("[^\n]+") do
    local read, entries = pcall(pandoc.json.decode, line, false)
    if read and type(entries) == "table" then
      for kind, found in pairs(known) do
        for name, entry in pairs(entries[kind] or {}) do found[name] = entry end
      end
    end
  end
  return known
end

-- The records of a CSV file (RFC 4180).
local function records(text)
  text = text:gsub("^\u{FEFF}", ""):gsub("\r\n?", "\n")
  local found, record, at = {}, {}, 1
  while at <= #text do
    local cell, after
    if text:sub(at, at) == '"' then
      local from = at + 1
      local close = text:find('"', from, true)
      while close and text:sub(close + 1, close + 1) == '"' do
        close = text:find('"', close + 2, true)
      end
      close = close or #text + 1
      cell = text:sub(from, close - 1):gsub('""', '"')
      after = close + 1
    else
      after = text:find("[,\n]", at) or #text + 1
      cell = text:sub(at, after - 1)
    end
    record[#record + 1] = cell
    local ending = text:sub(after, after)
    if ending ~= "," then
      found[#found + 1] = record
      record = {}
    elseif after == #text then -- an empty cell ends the file
      record[#record + 1] = ""
      found[#found + 1] = record
    end
    at = after + 1
  end
  return found
end

-- The rows that cells stand in, by table. RFC 7111 counts the header as row 1.
local function rows_of(cells)
  local tables, files = {}, {}
  for _, cell in pairs(cells) do
    local path, number = cell.address:match("^(.*)#cell=(%d+),")
    number = tonumber(number)
    if path and files[path] == nil then
      local text = contents(path)
      files[path] = text and records(text) or false
    end
    local all = path and files[path]
    if all and all[number] then
      local entry = tables[cell.table] or { path = path, fields = all[1], rows = {} }
      entry.rows[cell.row] = { line = number, cells = all[number] }
      tables[cell.table] = entry
    end
  end
  return tables
end

-- What the numbers and claims of a page rest on, and nothing else.
local function lineage(known, numbers, claims)
  local values, cells, studies, waiting = {}, {}, {}, {}
  for _, number in ipairs(numbers) do waiting[#waiting + 1] = number.value end
  for _, claim in ipairs(claims) do
    for _, name in ipairs(claim.values) do waiting[#waiting + 1] = name end
  end
  while #waiting > 0 do
    local name = table.remove(waiting)
    local value = known.values[name]
    if value and not values[name] then
      values[name] = value
      for _, operand in ipairs(value.formula and value.formula.operands or {}) do
        waiting[#waiting + 1] = operand
      end
      for _, key in ipairs({ value.cell or false, value.printed_in or false }) do
        local cell = key and known.cells[key]
        if cell then
          cells[key] = cell
          local label = known.studies[cell.study]
          if label then studies[cell.study] = { label = label } end
        end
      end
    end
  end
  return values, cells, studies
end

-- Gives each number and claim of the page its name, in the order of the text.
local function namer(known)
  local numbers, claims = {}, {}
  local function name(element, with_id)
    local tokens = element.attributes[ATTRIBUTE]
    if not tokens then return nil end
    local names = {}
    for token in tokens:gmatch("%S+") do
      local printout, claim = known.printouts[token], known.claims[token]
      for _, part in ipairs(printout and printout.parts or {}) do
        local id = "n" .. #numbers + 1
        names[#names + 1] = id
        numbers[#numbers + 1] = { id = id, text = part.text, value = part.value,
          part = printout.role ~= "" and printout.role or nil }
      end
      if claim then
        local id = "c" .. #claims + 1
        names[#names + 1] = id
        claims[#claims + 1] = { id = id, text = claim.text,
          condition = claim.condition, values = claim.values }
      end
    end
    element.attributes[ATTRIBUTE] = #names > 0 and table.concat(names, " ") or nil
    if with_id and names[1] and element.identifier == "" then
      element.identifier = names[1]
    end
    return element
  end
  return name, numbers, claims
end

local function cards(doc)
  local wanted = quarto and FORMAT:match("^html")
  if wanted and doc.meta.galley and doc.meta.galley.cards == false then wanted = false end
  local known = wanted and journal() or { printouts = {}, claims = {} }
  local name, numbers, claims = namer(known)
  doc = doc:walk({
    traverse = "topdown",
    Header = function(header) -- the table of contents repeats it: no ids within
      header.content = header.content:walk({
        Span = function(span) return name(span, false) end })
      return header, false
    end,
    Span = function(span) return name(span, true) end,
    Image = function(image) return name(image, false) end,
  })
  if #numbers + #claims > 0 then
    local values, cells, studies = lineage(known, numbers, claims)
    local payload = pandoc.json.encode({ numbers = numbers, claims = claims,
      values = values, cells = cells, studies = studies, statuses = STATUSES,
      rows = rows_of(cells) })
    quarto.doc.add_html_dependency({ name = "galleyproof", version = "0.1.0",
      scripts = { "cards.js" }, stylesheets = { "cards.css" } })
    quarto.doc.include_text("after-body",
      '<script type="application/json" id="galley-ledger">'
      .. payload:gsub("<", "\\u003c") .. "</script>")
  end
  return doc
end

return { { Image = png_for_word }, { Pandoc = cards } }
