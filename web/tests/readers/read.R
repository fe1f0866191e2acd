# Opens a delivery's Stata file with haven and its CSV file with readr and data.table, and compares types,
# labels, codes and every value with the codebook and with each other.
#
#   Rscript read.R FOLDER        prints how many things were compared; ends with 1 and what differs
suppressPackageStartupMessages({
  library(haven)
  library(readr)
  library(data.table)
  library(jsonlite)
})
folder <- commandArgs(TRUE)[1]
compared <- 0
wrong <- character()
same <- function(what, found, expected) {
  compared <<- compared + max(1, length(expected))
  # Names and other marks of the reader are not what is compared here.
  if (!identical(as.vector(found), as.vector(expected))) {
    at <- if (length(found) == length(expected)) which(!(found == expected | is.na(found) & is.na(expected)) | is.na(found) != is.na(expected))[1] else NA
    wrong <<- c(wrong, paste0(what, ": found ", format(found[at]), ", expected ", format(expected[at]), " (row ", at, ")"))
  }
}
text <- function(file) fread(file.path(folder, file), colClasses = "character", encoding = "UTF-8", na.strings = NULL)
book <- text("codebook.csv")
listed <- text("values.csv")
told <- fromJSON(file.path(folder, "codebook.json"), simplifyVector = FALSE)
same("codebook.json: tables", length(told$tables), length(unique(book$table)))

kinds <- c(integer = "d", decimal = "d", boolean = "l", date = "D", moment = "T", text = "c", code = "c")
for (name in unique(book$table)) {
  columns <- book[table == name]
  stata <- read_dta(file.path(folder, paste0(name, ".dta")))
  separated <- read_csv(file.path(folder, paste0(name, ".csv")), na = "", trim_ws = FALSE, locale = locale(tz = "UTC"),
                        col_types = paste(kinds[columns$type], collapse = ""), progress = FALSE)
  fast <- fread(file.path(folder, paste0(name, ".csv")), colClasses = "character", encoding = "UTF-8", na.strings = "",
                strip.white = FALSE)
  same("problems that readr found", nrow(problems(separated)), 0L)
  same("Stata: names", names(stata), columns$stata_name)
  same("CSV: names", names(separated), columns$column)
  same("CSV by data.table: names", names(fast), columns$column)
  for (at in seq_len(nrow(columns))) {
    column <- columns[at]
    from_stata <- stata[[at]]
    from_csv <- separated[[at]]
    label <- if (nchar(column$label_nb) <= 80) column$label_nb else paste0(substr(column$label_nb, 1, 79), "\u2026")
    same(paste("Stata: label of", column$column), attr(from_stata, "label"), label)
    codes <- listed[table == name & column == columns$column[at]]
    plain <- nrow(codes) > 0 && all(as.character(suppressWarnings(as.integer(codes$code))) == codes$code, na.rm = FALSE)
    if (is.na(plain)) plain <- FALSE
    what <- paste("Stata:", column$column)
    if (column$type == "boolean") {
      same(paste(what, "labels"), attr(from_stata, "labels"), c(0, 1))
      same(paste(what, "names of labels"), names(attr(from_stata, "labels")), c("Nei", "Ja"))
      same(what, as.vector(from_stata) == 1, from_csv)
    } else if (column$type == "code" && plain) {
      same(paste(what, "is labelled"), is.labelled(from_stata), TRUE)
      order <- order(as.integer(codes$code))
      same(paste(what, "labels"), as.vector(attr(from_stata, "labels")), as.numeric(codes$code[order]))
      same(paste(what, "names of labels"), names(attr(from_stata, "labels")), codes$label_nb[order])
      same(what, ifelse(is.na(from_stata), NA_character_, as.character(as.vector(from_stata))), from_csv)
    } else if (column$type %in% c("text", "code")) {
      same(paste(what, "type"), typeof(from_stata), "character")
      # haven drops blanks at the end of texts.
      same(what, as.vector(from_stata), sub(" +$", "", ifelse(is.na(from_csv), "", from_csv)))
    } else if (column$type == "date") {
      same(paste(what, "class"), class(from_stata), "Date")
      same(what, format(from_stata), format(from_csv))
    } else if (column$type == "moment") {
      same(paste(what, "class"), class(from_stata), c("POSIXct", "POSIXt"))
      same(what, round(as.numeric(from_stata) * 1000), round(as.numeric(from_csv) * 1000))
    } else {
      same(paste(what, "type"), typeof(from_stata), "double")
      same(what, as.numeric(from_stata), from_csv)
    }
    if (column$type %in% c("text", "code")) {
      # data.table leaves doubled quotes as they are.
      one <- gsub('""', '"', fast[[at]], fixed = TRUE)
      same(paste("CSV by data.table:", column$column), ifelse(is.na(one) | one == "", NA_character_, one), from_csv)
    }
  }
}
if (length(wrong) > 0 || compared < 5000) {
  cat(head(wrong, 20), sep = "\n")
  cat(length(wrong), "of", compared, "comparisons differ\n")
  quit(status = 1)
}
cat("haven, readr and data.table read what the codebook says:", compared, "comparisons\n")
