-- Word cannot show SVG without a converter: take the PNG that is kept beside each
-- figure. Plain pandoc Lua, so that it runs in pandoc and in Quarto alike.

function Image(image)
  if FORMAT:match("docx") then
    image.src = image.src:gsub("%.svg$", ".png")
    return image
  end
end
