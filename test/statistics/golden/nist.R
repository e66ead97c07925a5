# For nist.py: name, coefficients and standard errors by lm of each table (y, then columns) in a folder.
for (file in list.files(commandArgs(trailingOnly = TRUE), full.names = TRUE)) {
  table <- as.matrix(read.csv(file, header = FALSE))
  name <- sub(".csv", "", basename(file), fixed = TRUE)
  X <- table[, -1, drop = FALSE]
  y <- table[, 1]
  fit <- if (startsWith(name, "NoInt")) lm(y ~ X - 1, tol = 1e-10) else lm(y ~ X, tol = 1e-10)
  found <- suppressWarnings(summary(fit))$coefficients
  cat(name, sprintf("%.17g", c(found[, 1], found[, 2])), "\n")
}
