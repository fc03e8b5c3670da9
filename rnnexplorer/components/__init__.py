"""The one custom component: words that can be clicked, linked to the heatmaps under them."""
