

# Varde: figures leave a project room without the note about the program that drew them, because the
# airlock refuses what a picture does not show.
def _print_png_without_note(self, filename_or_obj, *, metadata=None, pil_kwargs=None):
    metadata = {"Software": None, **(metadata or {})}
    return _print_png_with_note(self, filename_or_obj, metadata=metadata, pil_kwargs=pil_kwargs)


_print_png_with_note = FigureCanvasAgg.print_png
FigureCanvasAgg.print_png = _print_png_without_note
