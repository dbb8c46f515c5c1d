# make compendium: docs/compendium.tex and, with pdflatex, docs/compendium.pdf
# in the build tree. Three runs: the table of contents moves the pages.
compendium: matdiff$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) docs && \
	./matdiff$(EXEEXT) rules tex >docs/compendium.tex.tmp && \
	mv docs/compendium.tex.tmp docs/compendium.tex
	@if command -v pdflatex >/dev/null 2>&1; then \
		cd docs && for run in 1 2 3; do \
			pdflatex -interaction=batchmode -halt-on-error \
				compendium.tex >/dev/null || { \
				echo "pdflatex failed: docs/compendium.log" >&2; \
				exit 1; }; \
		done && echo "wrote docs/compendium.tex, docs/compendium.pdf"; \
	else \
		echo "wrote docs/compendium.tex; no PDF:" \
			"pdflatex is not installed (texlive-latex-recommended)"; \
	fi
.PHONY: compendium

compendium_files = docs/compendium.tex docs/compendium.pdf \
	docs/compendium.aux docs/compendium.log docs/compendium.out \
	docs/compendium.toc
CLEANFILES += $(compendium_files)
